/** What the gateway is told at start, and the only place that reads its environment. */
import { type HopKey, hopKeysFile, type IssuerRow, issuersFile } from '@corridor/identity';
import { readConfig, readJsonFile } from '@corridor/runtime';
import type { JWK } from 'jose';
import { z } from 'zod';

/** Where an owner answers, and the hop key shared with it. */
export type OwnerConfig = { readonly url: string; readonly hopKey: HopKey };

/** The gateway's configuration, parsed. */
export type GatewayConfig = {
  readonly host: string;
  readonly port: number;
  /** Name of this gateway in passports and hop keys. */
  readonly gatewayId: string;
  /** Private Ed25519 key that signs caller passports. */
  readonly passportKey: JWK;
  readonly issuers: readonly IssuerRow[];
  /** Every owner of the supergraph, the directory included. */
  readonly owners: Readonly<Record<string, OwnerConfig>>;
  /** Composed schema; absent: the one this release was built with. */
  readonly supergraphFile?: string | undefined;
  readonly ownerTimeoutMs: number;
  readonly directoryTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly introspection: boolean;
  readonly logLevel: string;
};

const owners = z.record(z.string(), z.object({ url: z.url(), hopKeyFile: z.string() }));
const jwk = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  GATEWAY_ID: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default('gw1'),
  PASSPORT_KEY_FILE: z.string(),
  ISSUERS_FILE: z.string(),
  OWNERS_FILE: z.string(),
  SUPERGRAPH_FILE: z.string().optional(),
  OWNER_TIMEOUT_MS: z.coerce.number().int().positive().default(800),
  DIRECTORY_TIMEOUT_MS: z.coerce.number().int().positive().default(500),
  QUERY_TIMEOUT_MS: z.coerce.number().int().positive().default(3_000),
  INTROSPECTION: z.enum(['true', 'false']).default('true'),
  LOG_LEVEL: z.string().default('info'),
});

/** Reads and checks everything; all faults at once. @throws CONFIG_INVALID */
export function gatewayConfig(env: Record<string, string | undefined>): GatewayConfig {
  const read = readConfig(environment, env);
  const listed = readJsonFile(read.OWNERS_FILE, owners);
  return {
    host: read.HOST,
    port: read.PORT,
    gatewayId: read.GATEWAY_ID,
    passportKey: readJsonFile(read.PASSPORT_KEY_FILE, jwk) as JWK,
    issuers: readJsonFile(read.ISSUERS_FILE, issuersFile),
    owners: Object.fromEntries(
      Object.entries(listed).map(([owner, { url, hopKeyFile }]) => {
        // the newest key of the file signs; owners accept all of theirs
        const [key] = readJsonFile(hopKeyFile, hopKeysFile);
        return [owner, { url, hopKey: key as HopKey }];
      }),
    ),
    supergraphFile: read.SUPERGRAPH_FILE,
    ownerTimeoutMs: read.OWNER_TIMEOUT_MS,
    directoryTimeoutMs: read.DIRECTORY_TIMEOUT_MS,
    queryTimeoutMs: read.QUERY_TIMEOUT_MS,
    introspection: read.INTROSPECTION === 'true',
    logLevel: read.LOG_LEVEL,
  };
}
