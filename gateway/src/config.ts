/** What the gateway is told at start, and the only place that reads its environment. */
import { type HopKey, hopKeysFile, type IssuerRow, issuersFile } from '@corridor/identity';
import {
  type ListenerSettings,
  listenerEnvironment,
  listenerSettings,
  type OperationsSettings,
  operationsEnvironment,
  operationsSettings,
  readConfig,
  readJsonFile,
} from '@corridor/runtime';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { BudgetSettings } from './limits/budget.ts';
import { budgetEnvironment, budgetSettings } from './limits/budget-config.ts';
import { type ReleaseConfig, releaseConfig, releaseEnvironment } from './release/release-config.ts';

/** Where an owner answers, and the hop key shared with it. */
export type OwnerConfig = {
  readonly url: string;
  readonly hopKey: HopKey;
  /** Where the key was read, and is read anew when it changes; absent: the key stays. */
  readonly hopKeyFile?: string;
};

/** The gateway's configuration, parsed. */
export type GatewayConfig = {
  readonly host: string;
  readonly port: number;
  /** Name of this gateway in passports and hop keys. */
  readonly gatewayId: string;
  /** Private Ed25519 key that signs caller passports. */
  readonly passportKey: JWK;
  /** Where it was read, and is read anew when it changes; absent: the key stays. */
  readonly passportKeyFile?: string;
  /** Callers who are let in no more; absent: none. */
  readonly denyListFile?: string | undefined;
  /** How clients reach the gateway; absent: in clear text, at the address it listens at. */
  readonly listener?: ListenerSettings | undefined;
  readonly issuers: readonly IssuerRow[];
  /** Every owner of the supergraph, the directory included. */
  readonly owners: Readonly<Record<string, OwnerConfig>>;
  /** The signed supergraph that is served, and the ones to come. */
  readonly release: ReleaseConfig;
  /** What callers may ask for within a minute; absent: the start values. */
  readonly budgets?: BudgetSettings | undefined;
  readonly ownerTimeoutMs: number;
  readonly directoryTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly introspection: boolean;
  readonly logLevel: string;
  /** Admin listener and traces; absent: neither. */
  readonly operations?: OperationsSettings | undefined;
};

const owners = z.record(z.string(), z.object({ url: z.url(), hopKeyFile: z.string() }));
/** PASSPORT_KEY_FILE: a private Ed25519 key (RFC 8037). */
export const passportKeyFile = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });

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
  ...releaseEnvironment,
  ...budgetEnvironment,
  OWNER_TIMEOUT_MS: z.coerce.number().int().positive().default(800),
  DIRECTORY_TIMEOUT_MS: z.coerce.number().int().positive().default(500),
  QUERY_TIMEOUT_MS: z.coerce.number().int().positive().default(3_000),
  INTROSPECTION: z.enum(['true', 'false']).default('true'),
  LOG_LEVEL: z.string().default('info'),
  DENY_LIST_FILE: z.string().optional(),
  ...listenerEnvironment,
  ...operationsEnvironment,
});

/** Reads and checks everything; all faults at once. @throws CONFIG_INVALID */
export function gatewayConfig(env: Record<string, string | undefined>): GatewayConfig {
  const read = readConfig(environment, env);
  const listed = readJsonFile(read.OWNERS_FILE, owners);
  return {
    host: read.HOST,
    port: read.PORT,
    gatewayId: read.GATEWAY_ID,
    passportKey: readJsonFile(read.PASSPORT_KEY_FILE, passportKeyFile) as JWK,
    passportKeyFile: read.PASSPORT_KEY_FILE,
    denyListFile: read.DENY_LIST_FILE,
    listener: listenerSettings(read),
    issuers: readJsonFile(read.ISSUERS_FILE, issuersFile),
    owners: Object.fromEntries(
      Object.entries(listed).map(([owner, { url, hopKeyFile }]) => {
        // the newest key of the file signs; owners accept all of theirs
        const [key] = readJsonFile(hopKeyFile, hopKeysFile);
        return [owner, { url, hopKey: key as HopKey, hopKeyFile }];
      }),
    ),
    release: releaseConfig(read),
    budgets: budgetSettings(read),
    ownerTimeoutMs: read.OWNER_TIMEOUT_MS,
    directoryTimeoutMs: read.DIRECTORY_TIMEOUT_MS,
    queryTimeoutMs: read.QUERY_TIMEOUT_MS,
    introspection: read.INTROSPECTION === 'true',
    logLevel: read.LOG_LEVEL,
    operations: operationsSettings(read),
  };
}
