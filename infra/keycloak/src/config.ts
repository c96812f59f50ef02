import { type OperationsSettings, operationsEnvironment, operationsSettings, readConfig, readSecretFile } from '@corridor/runtime';
import { z } from 'zod';

/** What the development issuer is told at start. */
export type IssuerConfig = {
  /** A loopback address, as a number. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Folder of realm files in Keycloak's import format. */
  readonly realmsDir: string;
  /** Folder of the signing keys; made when it is missing. */
  readonly keyDir: string;
  /** Values for `${NAME}` in the realm files: `CORRIDOR_DEMO_SECRET`, and addresses of key sets (`…_JWKS_URL`). */
  readonly variables: Readonly<Record<string, string>>;
  readonly environment: string | undefined;
  readonly logLevel: string;
  /** Admin listener and traces; absent: neither. */
  readonly operations?: OperationsSettings | undefined;
};

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4007),
  REALMS_DIR: z.string(),
  CLIENT_SECRET_FILE: z.string(),
  KEY_DIR: z.string(),
  LOG_LEVEL: z.string().default('info'),
  NODE_ENV: z.string().optional(),
  ...operationsEnvironment,
});

/** Reads the environment of the development issuer, all faults at once. @throws CONFIG_INVALID */
export function issuerConfig(env: Readonly<Record<string, string | undefined>>): IssuerConfig {
  const read = readConfig(environment, env);
  const addresses = Object.entries(env).flatMap(([name, value]) =>
    name.endsWith('_JWKS_URL') && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    host: read.HOST,
    port: read.PORT,
    realmsDir: read.REALMS_DIR,
    keyDir: read.KEY_DIR,
    variables: { ...Object.fromEntries(addresses), CORRIDOR_DEMO_SECRET: readSecretFile(read.CLIENT_SECRET_FILE) },
    environment: read.NODE_ENV,
    logLevel: read.LOG_LEVEL,
    operations: operationsSettings(read),
  };
}
