/** What the directory is told at start, and the only place that reads its environment. */
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
import { CorridorError, feedPath, isPartyCode, type PartyCode } from '@corridor/schemas';
import type { TrustFiles } from '@corridor/subgraph';
import { z } from 'zod';

/** An owner's feed, and as whom it is read. */
export type FeedConfig = {
  readonly party: PartyCode;
  /** Address of the feed itself. */
  readonly url: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** A private key as its file holds it (RFC 7517). */
export type PrivateJwk = z.infer<typeof sealingKey>;

/** The directory's configuration, parsed. */
export type DirectoryConfig = {
  readonly host: string;
  readonly port: number;
  /** Host and port as gateways sign them; `host:port` where nothing is said. */
  readonly authority: string;
  /** Folder of the PGlite directories; absent and no database URL: in memory, for tests. */
  readonly dataDir: string | undefined;
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
  /** Blinds references and audiences; 32 bytes or more, a file of its own, never with the database. */
  readonly indexKey: Uint8Array;
  /** Opens the sealed parts of feeds: EC P-256, private. */
  readonly sealingKeys: readonly PrivateJwk[];
  /** Where they were read, and are read anew when they change; absent: they stay. */
  readonly sealingKeyFile?: string;
  /** Keys of list cursors; the first writes. */
  readonly cursorKeys: readonly OpaqueKey[];
  readonly feeds: readonly FeedConfig[];
  readonly logLevel: string;
  /** Admin listener and traces; absent: neither. */
  readonly operations?: OperationsSettings | undefined;
};

const sealingKey = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), d: z.string() });
const feeds = z.array(
  z.object({
    party: z.string().refine(isPartyCode, 'not a registered party'),
    url: z.url({ protocol: /^https?$/ }),
    tokenUrl: z.url({ protocol: /^https?$/ }),
    clientId: z.string().min(1),
    clientSecretFile: z.string(),
  }),
);

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4006),
  AUTHORITY: z.string().optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z.url().optional(),
  ...databaseEnvironment,
  ISSUERS_FILE: z.string(),
  HOP_KEYS_FILE: z.string(),
  GATEWAYS_FILE: z.string(),
  INDEX_KEY_FILE: z.string(),
  SEALING_KEY_FILE: z.string(),
  CURSOR_KEY_FILE: z.string(),
  FEEDS_FILE: z.string(),
  LOG_LEVEL: z.string().default('info'),
  DENY_LIST_FILE: z.string().optional(),
  ...listenerEnvironment,
  ...operationsEnvironment,
});

/**
 * Reads and checks everything; all faults of the environment at once. Its database: `DATABASE_URL_DIRECTORY`, else `DATABASE_URL`, else PGlite in `DATA_DIR`.
 * @throws CONFIG_INVALID
 */
export function directoryConfig(env: Readonly<Record<string, string | undefined>>): DirectoryConfig {
  const read = readConfig(environment, { ...env, DATABASE_URL: env['DATABASE_URL_DIRECTORY'] ?? env['DATABASE_URL'] });
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
    indexKey: indexKey(read.INDEX_KEY_FILE),
    sealingKeys: readSealingKeys(read.SEALING_KEY_FILE),
    sealingKeyFile: read.SEALING_KEY_FILE,
    cursorKeys: readCursorKeys(readSecretFile(read.CURSOR_KEY_FILE)),
    feeds: readJsonFile(read.FEEDS_FILE, feeds).map(({ clientSecretFile, url, ...feed }) => ({
      ...feed,
      url: feedUrl(url),
      clientSecret: readSecretFile(clientSecretFile),
    })),
    logLevel: read.LOG_LEVEL,
    operations: operationsSettings(read),
  };
}

/** SEALING_KEY_FILE: one private key, or a list of two while owners go over from one to the other. @throws CONFIG_INVALID */
export function readSealingKeys(path: string): readonly PrivateJwk[] {
  return readJsonFile(path, z.union([sealingKey.transform((key) => [key]), z.array(sealingKey).min(1).max(2)]));
}

function indexKey(path: string): Uint8Array {
  const key = Buffer.from(readSecretFile(path), 'base64url');
  // A shorter key could be tried out against a container number one knows.
  if (key.byteLength < 32) throw new CorridorError('CONFIG_INVALID', { detail: `${path}: 32 bytes or more, base64url` });
  return key;
}

// An owner's address is enough; behind a proxy the feed's own address is given.
function feedUrl(url: string): string {
  return new URL(url).pathname.endsWith(feedPath) ? url : new URL(feedPath, url).href;
}
