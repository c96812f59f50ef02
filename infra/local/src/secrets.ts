import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentKeyPrefix, makeSigningKey, type Random } from '@corridor/schemas';

/** Name of the local gateway in passports and hop keys. */
export const gatewayId = 'gw1';

/** Paths of all secrets of the local corridor; what they hold never leaves their files. */
export type SecretFiles = {
  /** Ed25519, JWK: the gateway signs caller passports. */
  readonly passportKey: string;
  /** JSON array of hop keys, per owner: shared by the gateway and that owner. */
  readonly hopKeys: Readonly<Record<string, string>>;
  /** 32 bytes, base64url: blinds references in the directory's index. */
  readonly indexKey: string;
  /** P-256, JWK: owners encrypt references to the directory. */
  readonly sealingKey: string;
  /** 32 bytes, base64url, per owner: cursors. */
  readonly cursorKeys: Readonly<Record<string, string>>;
  /** 32 bytes, base64url, per party: pseudonyms of firms. */
  readonly pseudonymKeys: Readonly<Record<string, string>>;
  /** Ed25519, JWK with its id: signs the release of the supergraph that the local gateway serves. */
  readonly releaseKey: string;
  /** The one secret of all demo clients at the development issuer. */
  readonly clientSecret: string;
};

/**
 * Makes what is missing in `folder`, each file once and readable by its owner alone (0600 in 0700), and gives the paths. What is there stays: a
 * database outlives a restart, and so must the keys its content depends on.
 */
export function ensureSecrets(
  folder: string,
  options: { readonly owners: readonly string[]; readonly parties: readonly string[]; readonly random: Random },
): SecretFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const bytes = (): string => Buffer.from(options.random(32)).toString('base64url');
  const file = (name: string, make: () => string): string => once(join(folder, name), make);
  const each = (names: readonly string[], kind: string, make: (name: string) => string): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, file(`${kind}-${name}`, () => make(name))]));
  return {
    passportKey: file('passport-key.json', () => JSON.stringify(privateJwk('ed25519'))),
    hopKeys: each(options.owners, 'hop', (owner) => JSON.stringify([{ id: `${gatewayId}>${owner}/1`, secret: bytes() }])),
    indexKey: file('index-key', bytes),
    sealingKey: file('sealing-key.json', () => JSON.stringify(privateJwk('P-256'))),
    cursorKeys: each(options.owners, 'cursor-key', bytes),
    pseudonymKeys: each(options.parties, 'pseudonym-key', bytes),
    releaseKey: file('release-key.json', () => JSON.stringify(makeSigningKey(`${developmentKeyPrefix}1`))),
    clientSecret: file('client-secret', bytes),
  };
}

/** The public half of a private JWK in a file: what others may hold of it. */
export function publicJwk(path: string): Record<string, unknown> {
  const { d: _private, ...rest }: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
  return rest;
}

function privateJwk(curve: 'ed25519' | 'P-256'): object {
  const { privateKey } = curve === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'jwk' });
}

function once(path: string, make: () => string): string {
  // `wx`: of two that start at once, one writes.
  if (!existsSync(path)) writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  return path;
}
