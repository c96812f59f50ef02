import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentIssuerTable } from '@corridor/keycloak';
import { adminOffset } from '@corridor/runtime';
import { invariant, parties, partyOf, publicReleaseKey, signingKeyFile } from '@corridor/schemas';
import { type DataFolder, writeAtOnce } from './data-folder.ts';
import { writeDevelopmentRelease } from './development-release.ts';
import { databaseVariable, owners, type Program, portOf, programNames, tokenUrl, urlOf } from './programs.ts';
import { gatewayId, publicJwk, type SecretFiles } from './secrets.ts';

/** What the programs are made from; `databaseUrls` by program name, where a server is used instead of an embedded database. */
export type Plan = {
  readonly checkout: string;
  readonly folder: DataFolder;
  readonly secrets: SecretFiles;
  readonly portBase: number;
  readonly logLevel: string;
  readonly databaseUrls: Readonly<Record<string, string>>;
};

/** Writes the configuration files, which hold addresses and public keys, and gives the eight programs with their environment. */
export function planPrograms(plan: Plan): Program[] {
  const files = writeConfiguration(plan);
  return programNames.map((name) => {
    const port = portOf(name, plan.portBase);
    return {
      name,
      port,
      url: urlOf(name, plan.portBase),
      entry: join(plan.checkout, entryOf(name)),
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        ADMIN_PORT: String(port + adminOffset),
        LOG_LEVEL: plan.logLevel,
        NODE_ENV: 'development',
        ...environmentOf(name, plan, files),
      },
    };
  });
}

/** How client ids name an owner: `gx`, `cq`, `gz`, `gs`; `asean`, which answers for several members, by its owner id. */
function clientSuffix(party: string): string {
  const { registryCodes } = partyOf(party);
  return registryCodes.length === 1 ? String(registryCodes[0]).toLowerCase() : party;
}

type Files = {
  readonly issuers: string;
  readonly gateways: string;
  readonly sealingKey: string;
  readonly owners: string;
  readonly feeds: string;
  readonly release: string;
  readonly releaseKeys: string;
};

function entryOf(name: string): string {
  if (name === 'gateway') return 'gateway/dist/main.js';
  if (name === 'issuer') return 'infra/keycloak/dist/main.js';
  return `subgraphs/${name}/dist/main.js`;
}

function environmentOf(name: string, plan: Plan, files: Files): Record<string, string> {
  const { secrets, folder, checkout } = plan;
  if (name === 'issuer') {
    return {
      REALMS_DIR: join(checkout, 'infra/keycloak/realms'),
      CLIENT_SECRET_FILE: secrets.clientSecret,
      KEY_DIR: join(folder.secrets, 'issuer'),
    };
  }
  if (name === 'gateway') {
    return {
      GATEWAY_ID: gatewayId,
      PASSPORT_KEY_FILE: secrets.passportKey,
      ISSUERS_FILE: files.issuers,
      OWNERS_FILE: files.owners,
      RELEASE_FILE: files.release,
      RELEASE_KEYS_FILE: files.releaseKeys,
      RELEASES_DIR: join(folder.root, 'gateway', 'releases'),
      TRUSTED_DOCUMENTS_DIR: join(checkout, 'examples'),
    };
  }
  const owner = {
    AUTHORITY: `127.0.0.1:${portOf(name, plan.portBase)}`,
    // The embedded databases lie side by side, each in a folder named by its owner.
    DATA_DIR: folder.root,
    ISSUERS_FILE: files.issuers,
    HOP_KEYS_FILE: of(secrets.hopKeys, name),
    GATEWAYS_FILE: files.gateways,
    CURSOR_KEY_FILE: of(secrets.cursorKeys, name),
    ...databaseOf(name, plan),
  };
  if (name === 'directory')
    return { ...owner, INDEX_KEY_FILE: secrets.indexKey, SEALING_KEY_FILE: secrets.sealingKey, FEEDS_FILE: files.feeds };
  return { ...owner, SEALING_KEY_FILE: files.sealingKey, PSEUDONYM_KEY_FILE: of(secrets.pseudonymKeys, name) };
}

function databaseOf(name: string, plan: Plan): Record<string, string> {
  const url = plan.databaseUrls[name];
  return url === undefined ? {} : { [databaseVariable(name)]: url };
}

function writeConfiguration(plan: Plan): Files {
  const { portBase, secrets } = plan;
  const write = (name: string, value: unknown): string => {
    const path = join(plan.folder.config, name);
    writeAtOnce(path, `${JSON.stringify(value, null, 2)}\n`);
    return path;
  };
  const release = join(plan.folder.root, 'gateway', 'release.json');
  writeDevelopmentRelease(release, secrets.releaseKey);
  return {
    release,
    releaseKeys: write('release-keys.json', [publicReleaseKey(signingKeyFile.parse(JSON.parse(readFileSync(secrets.releaseKey, 'utf8'))))]),
    issuers: write('issuers.json', developmentIssuerTable(urlOf('issuer', portBase))),
    gateways: write('gateways.json', [{ id: gatewayId, key: publicJwk(secrets.passportKey) }]),
    sealingKey: write('sealing-key.public.json', publicJwk(secrets.sealingKey)),
    owners: write(
      'owners.json',
      Object.fromEntries(owners.map((name) => [name, { url: urlOf(name, portBase), hopKeyFile: of(secrets.hopKeys, name) }])),
    ),
    feeds: write(
      'feeds.json',
      parties.map(({ code }) => ({
        party: code,
        url: urlOf(code, portBase),
        tokenUrl: tokenUrl('corridor', portBase),
        clientId: `feed-directory-${clientSuffix(code)}`,
        clientSecretFile: secrets.clientSecret,
      })),
    ),
  };
}

function of(files: Readonly<Record<string, string>>, name: string): string {
  const path = files[name];
  invariant(path !== undefined, `there is a secret of each kind for ${name}`);
  return path;
}
