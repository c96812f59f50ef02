/** The files a program's environment names: there, readable, closed to others, and what they hold fits together. */
import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify, X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { gatewaysFile, hopKeysFile, issuersFile } from '@corridor/identity';
import { readJsonFile, readSecretFile } from '@corridor/runtime';
import { CorridorError, readRelease, releaseKeysFile, verifyRelease } from '@corridor/schemas';
import { type ZodType, z } from 'zod';
import { type Finding, found } from './doctor-finding.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A file a program needs: which variable names it, whether it is a secret, and how its content is looked at. */
type Needed = {
  readonly variable: string;
  readonly secret: boolean;
  readonly look: (path: string, variable: string) => readonly Finding[];
};

const privateJwk = z.looseObject({ kty: z.string(), crv: z.string(), x: z.string(), d: z.string() });
const publicJwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
const ownersFile = z.record(z.string(), z.object({ url: z.url(), hopKeyFile: z.string() }));
const feedsFile = z.array(
  z.object({ party: z.string(), url: z.url(), tokenUrl: z.url(), clientId: z.string(), clientSecretFile: z.string() }),
);

/** An owner as OWNERS_FILE lists it. */
export type ListedOwner = z.infer<typeof ownersFile>[string];
/** A feed as FEEDS_FILE lists it. */
export type ListedFeed = z.infer<typeof feedsFile>[number];

/** Looks at every file that the program's variables name. */
export function examineFiles(program: string, env: Env): Finding[] {
  const needed = neededBy(program);
  return [
    ...needed.flatMap(({ variable, secret, look }) => {
      const path = env[variable];
      if (path === undefined || path === '') return [found('VARIABLE_MISSING', variable)];
      return examineFile(variable, path, secret, look);
    }),
    ...examineListed(program, env),
    ...examineCertificate(env),
    ...(program === 'gateway' ? examineRelease(env) : []),
    ...(program === 'gateway' ? [] : examineHopKeys(program, env)),
  ];
}

/** The owners of OWNERS_FILE, or none where it cannot be read; its own fault is told elsewhere. */
export function listedOwners(env: Env): Readonly<Record<string, ListedOwner>> {
  return reading(env['OWNERS_FILE'], ownersFile) ?? {};
}

/** The feeds of FEEDS_FILE, or none where it cannot be read. */
export function listedFeeds(env: Env): readonly ListedFeed[] {
  return reading(env['FEEDS_FILE'], feedsFile) ?? [];
}

/** What a file holds, or `undefined` where it cannot be read. */
export function reading<T>(path: string | undefined, schema: ZodType<T>): T | undefined {
  try {
    return path === undefined ? undefined : readJsonFile(path, schema);
  } catch {
    return undefined;
  }
}

function neededBy(program: string): readonly Needed[] {
  const json =
    (schema: ZodType<unknown>): Needed['look'] =>
    (path, variable) =>
      attempt(variable, path, () => void readJsonFile(path, schema));
  const text: Needed['look'] = (path, variable) =>
    attempt(variable, path, () => {
      if (Buffer.from(readSecretFile(path), 'base64url').byteLength < 32)
        throw new CorridorError('CONFIG_INVALID', { detail: `${path}: 32 bytes or more, base64url` });
    });
  const pair: Needed['look'] = (path, variable) => {
    const form = attempt(variable, path, () => void readJsonFile(path, privateJwk));
    return form.some(({ code }) => code !== 'FILE_FITS')
      ? form
      : [...form, found(belongTogether(path) ? 'KEY_PAIR_FITS' : 'KEY_PAIR_BROKEN', variable)];
  };
  const issuers = { variable: 'ISSUERS_FILE', secret: false, look: json(issuersFile) };
  if (program === 'gateway')
    return [
      { variable: 'PASSPORT_KEY_FILE', secret: true, look: pair },
      issuers,
      { variable: 'OWNERS_FILE', secret: false, look: json(ownersFile) },
      { variable: 'RELEASE_KEYS_FILE', secret: false, look: json(releaseKeysFile) },
    ];
  const owner = [
    issuers,
    { variable: 'HOP_KEYS_FILE', secret: true, look: json(hopKeysFile) },
    { variable: 'GATEWAYS_FILE', secret: false, look: json(gatewaysFile) },
    { variable: 'CURSOR_KEY_FILE', secret: true, look: text },
  ];
  if (program === 'directory')
    return [
      ...owner,
      { variable: 'INDEX_KEY_FILE', secret: true, look: text },
      { variable: 'SEALING_KEY_FILE', secret: true, look: pair },
      { variable: 'FEEDS_FILE', secret: false, look: json(feedsFile) },
    ];
  return [
    ...owner,
    { variable: 'SEALING_KEY_FILE', secret: false, look: json(publicJwk) },
    { variable: 'PSEUDONYM_KEY_FILE', secret: true, look: text },
  ];
}

function examineFile(variable: string, path: string, secret: boolean, look: Needed['look']): Finding[] {
  const mode = modeOf(path);
  if (mode === undefined) return [found('FILE_MISSING', variable, path)];
  try {
    accessSync(path, constants.R_OK);
  } catch {
    return [found('FILE_UNREADABLE', variable, path)];
  }
  const open = secret && (mode & 0o077) !== 0;
  return [...(open ? [found('FILE_OPEN', variable, path, mode.toString(8).padStart(3, '0'))] : []), ...look(path, variable)];
}

function attempt(variable: string, path: string, read: () => void): Finding[] {
  try {
    read();
    return [found('FILE_FITS', variable, path)];
  } catch (error) {
    // Our own errors name place and form, never what stands in the file.
    return [found('FILE_FORM', variable, error instanceof CorridorError ? (error.detail ?? path) : path)];
  }
}

// Files that a file names: hop keys by OWNERS_FILE, client secrets by FEEDS_FILE.
function examineListed(program: string, env: Env): Finding[] {
  if (program === 'gateway') {
    const gateway = env['GATEWAY_ID'] ?? 'gw1';
    return Object.entries(listedOwners(env)).flatMap(([owner, { hopKeyFile }]) => {
      const findings = examineFile(`OWNERS_FILE ${owner}`, hopKeyFile, true, (path, variable) =>
        attempt(variable, path, () => void readJsonFile(path, hopKeysFile)),
      );
      const strange = (reading(hopKeyFile, hopKeysFile) ?? []).filter(({ id }) => !id.startsWith(`${gateway}>${owner}/`));
      return [...findings, ...strange.map(({ id }) => found('HOP_KEY_STRANGE', `OWNERS_FILE ${owner}`, shown(id), `${gateway}, ${owner}`))];
    });
  }
  if (program !== 'directory') return [];
  return listedFeeds(env).flatMap(({ party, clientSecretFile }) =>
    examineFile(`FEEDS_FILE ${party}`, clientSecretFile, true, (path, variable) =>
      attempt(variable, path, () => void readSecretFile(path)),
    ),
  );
}

// An owner's keys are for this owner, each with a gateway whose passports it can check.
function examineHopKeys(program: string, env: Env): Finding[] {
  const keys = reading(env['HOP_KEYS_FILE'], hopKeysFile) ?? [];
  const gateways = reading(env['GATEWAYS_FILE'], gatewaysFile);
  return keys.flatMap(({ id }) => {
    const [gateway = '', owner = ''] = id.replace(/\/[^/]*$/, '').split('>');
    if (owner !== program) return [found('HOP_KEY_STRANGE', 'HOP_KEYS_FILE', shown(id), program)];
    if (gateways !== undefined && !gateways.some((known) => known.id === gateway))
      return [found('HOP_GATEWAY_UNKNOWN', 'HOP_KEYS_FILE', gateway)];
    return [];
  });
}

// In the place of an id somebody may have put the secret.
function shown(id: string): string {
  return /^[a-z0-9-]{1,32}>[a-z]{1,32}\/[0-9]{1,6}$/.test(id) ? id : '(…)';
}

const month = 30 * 86_400_000;

function examineCertificate(env: Env, now = Date.now()): Finding[] {
  const [cert, key] = [env['TLS_CERT_FILE'], env['TLS_KEY_FILE']];
  if (cert === undefined && key === undefined) return [];
  if (cert === undefined || key === undefined) return [found('VARIABLE_MISSING', cert === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE')];
  const files = [...examineFile('TLS_CERT_FILE', cert, false, () => []), ...examineFile('TLS_KEY_FILE', key, true, () => [])];
  if (files.some(({ code }) => code !== 'FILE_OPEN')) return files;
  try {
    const certificate = new X509Certificate(readFileSync(cert));
    const until = new Date(certificate.validTo);
    const day = until.toISOString().slice(0, 10);
    const left = until.getTime() - now;
    const age = found(left <= 0 ? 'CERTIFICATE_OVER' : left < month ? 'CERTIFICATE_SOON' : 'CERTIFICATE_FITS', 'TLS_CERT_FILE', day);
    const fits = certificate.checkPrivateKey(createPrivateKey(readFileSync(key)));
    return [...files, age, ...(fits ? [] : [found('CERTIFICATE_STRANGE', 'TLS_CERT_FILE')])];
  } catch {
    return [...files, found('FILE_FORM', 'TLS_CERT_FILE', `${cert}, ${key}: PEM expected`)];
  }
}

// One file; where a folder is named, the program itself chooses among its files.
function examineRelease(env: Env): Finding[] {
  const path = env['RELEASE_FILE'];
  if (path === undefined || path === '') return [found('VARIABLE_MISSING', 'RELEASE_FILE')];
  if (modeOf(path) === undefined) return [found('FILE_MISSING', 'RELEASE_FILE', path)];
  if (statSync(path).isDirectory()) return [];
  try {
    const release = readRelease(readFileSync(path));
    const keys = reading(env['RELEASE_KEYS_FILE'], releaseKeysFile);
    if (keys === undefined) return [];
    verifyRelease(release, keys);
    return [found('RELEASE_FITS', 'RELEASE_FILE', String(release.version), release.keyId)];
  } catch (error) {
    return [
      found(
        'RELEASE_REFUSED',
        'RELEASE_FILE',
        error instanceof CorridorError ? `${error.code}${error.detail === undefined ? '' : ` (${error.detail})`}` : 'unreadable',
      ),
    ];
  }
}

// What the private half signs, the public half beside it takes.
function belongTogether(path: string): boolean {
  try {
    const jwk = JSON.parse(readFileSync(path, 'utf8')) as JsonWebKey;
    const { d: _private, ...stated } = jwk;
    const algorithm = jwk.kty === 'OKP' ? null : 'sha256';
    const said = Buffer.from('corridor doctor');
    const signature = sign(algorithm, said, createPrivateKey({ key: jwk, format: 'jwk' }));
    return verify(algorithm, said, createPublicKey({ key: stated, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}

function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return undefined;
  }
}
