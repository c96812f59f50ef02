/** What a party's program is told at start, and the only place that reads its environment. */
import { type OpaqueKey, readCursorKeys } from '@corridor/exchange';
import { type GatewayKey, gatewaysFile, type HopKey, hopKeysFile, type IssuerRow, issuersFile } from '@corridor/identity';
import {
  type DatabaseSettings,
  databaseEnvironment,
  databaseSettings,
  type ListenerSettings,
  listenerEnvironment,
  listenerSettings,
  type OperationsSettings,
  operationsEnvironment,
  operationsSettings,
  readConfig,
  readJsonFile,
  readSecretFile,
} from '@corridor/runtime';
import { CorridorError, type PartyCode } from '@corridor/schemas';
import type { TrustFiles } from '@corridor/subgraph';
import { z } from 'zod';

/** A party's configuration, parsed. */
export type PartyConfig = {
  readonly host: string;
  readonly port: number;
  /** Host and port as gateways sign them; `host:port` where nothing is said. */
  readonly authority: string;
  /** Folder of the PGlite directories; used where no database URL is given. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** How it is at its server; absent: as the URL says. */
  readonly database?: DatabaseSettings;
  readonly issuers: readonly IssuerRow[];
  readonly hopKeys: readonly HopKey[];
  readonly gateways: readonly GatewayKey[];
  /** Where the two were read, and are read anew when they change, and the deny list; absent: they stay, and nobody is shut out. */
  readonly trustFiles?: TrustFiles;
  /** How clients reach the program; absent: in clear text, at the address it listens at. */
  readonly listener?: ListenerSettings;
  /** The directory's public key: what references in the feed are encrypted to. */
  readonly sealingKey: PublicJwk;
  /** Where it was read, and is read anew when it changes; absent: it stays. */
  readonly sealingKeyFile?: string;
  /** Keys of feed cursors and list cursors; the first writes. */
  readonly cursorKeys: readonly OpaqueKey[];
  /** Secret behind the pseudonyms of firms: 32 bytes or more. */
  readonly pseudonymKey: Uint8Array;
  readonly logLevel: string;
  /** Admin listener and traces; absent: neither. */
  readonly operations?: OperationsSettings | undefined;
};

/** A public key as its file holds it (RFC 7517). */
type PublicJwk = z.infer<typeof sealingKey>;

const sealingKey = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  AUTHORITY: z.string().optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z.url().optional(),
  ...databaseEnvironment,
  ISSUERS_FILE: z.string(),
  HOP_KEYS_FILE: z.string(),
  GATEWAYS_FILE: z.string(),
  SEALING_KEY_FILE: z.string(),
  CURSOR_KEY_FILE: z.string(),
  PSEUDONYM_KEY_FILE: z.string(),
  LOG_LEVEL: z.string().default('info'),
  DENY_LIST_FILE: z.string().optional(),
  ...listenerEnvironment,
  ...operationsEnvironment,
});

/**
 * Reads and checks everything for one party; all faults at once. Its database: `DATABASE_URL_GUANGXI`, else `DATABASE_URL`, else PGlite in `DATA_DIR`.
 * @throws CONFIG_INVALID
 */
export function partyConfig(party: PartyCode, env: Readonly<Record<string, string | undefined>>): PartyConfig {
  const read = readConfig(environment, { ...env, DATABASE_URL: env[`DATABASE_URL_${party.toUpperCase()}`] ?? env['DATABASE_URL'] });
  return {
    host: read.HOST,
    port: read.PORT,
    authority: read.AUTHORITY ?? `${read.HOST}:${read.PORT}`,
    dataDir: read.DATA_DIR,
    databaseUrl: read.DATABASE_URL,
    database: databaseSettings(read, read.DATABASE_URL),
    issuers: readJsonFile(read.ISSUERS_FILE, issuersFile),
    hopKeys: readJsonFile(read.HOP_KEYS_FILE, hopKeysFile),
    gateways: readJsonFile(read.GATEWAYS_FILE, gatewaysFile),
    trustFiles: { hopKeys: read.HOP_KEYS_FILE, gateways: read.GATEWAYS_FILE, denyList: read.DENY_LIST_FILE },
    listener: listenerSettings(read),
    sealingKey: readSealingKey(read.SEALING_KEY_FILE),
    sealingKeyFile: read.SEALING_KEY_FILE,
    cursorKeys: readCursorKeys(readSecretFile(read.CURSOR_KEY_FILE)),
    pseudonymKey: pseudonymKey(read.PSEUDONYM_KEY_FILE),
    logLevel: read.LOG_LEVEL,
    operations: operationsSettings(read),
  };
}

/** SEALING_KEY_FILE: the directory's public key, EC P-256. @throws CONFIG_INVALID */
export function readSealingKey(path: string): PublicJwk {
  return readJsonFile(path, sealingKey);
}

function pseudonymKey(path: string): Uint8Array {
  const key = Buffer.from(readSecretFile(path), 'base64url');
  // A shorter secret could be guessed from the pseudonym of a firm one knows.
  if (key.byteLength < 32) throw new CorridorError('CONFIG_INVALID', { detail: `${path}: 32 bytes or more, base64url` });
  return key;
}
