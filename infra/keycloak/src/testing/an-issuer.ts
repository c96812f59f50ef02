import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@corridor/runtime';
import type { IssuerConfig } from '../config.ts';
import { type RunningIssuer, startIssuer } from '../start.ts';

/** The realm files of this repository. */
export const realmsDir = fileURLToPath(new URL('../../realms', import.meta.url));

/** The secret of the demo clients in tests. */
export const demoSecret = 'a secret: with % and +';

// Keys take longest to make, so later issuers start with copies of the first one's.
let firstKeys: string | undefined;

/** Starts a development issuer on a free port; what is not stated is plausible. */
export async function anIssuer(stated: Partial<IssuerConfig> = {}, clock: () => number = Date.now): Promise<RunningIssuer> {
  const config: IssuerConfig = {
    host: '127.0.0.1',
    port: 0,
    realmsDir,
    keyDir: withKeys(aFolder()),
    variables: { CORRIDOR_DEMO_SECRET: demoSecret },
    environment: 'test',
    logLevel: 'silent',
    ...stated,
  };
  const issuer = await startIssuer(config, { clock, random: randomBytes, log: createLogger({ name: 'issuer', level: 'silent' }) });
  firstKeys ??= config.keyDir;
  return issuer;
}

function withKeys(folder: string): string {
  if (firstKeys !== undefined) cpSync(firstKeys, folder, { recursive: true });
  return folder;
}

/** A new, empty folder for a test. */
export function aFolder(): string {
  return mkdtempSync(join(tmpdir(), 'corridor-issuer-'));
}

/** Each request on a connection of its own: one kept open would be found closed after a restart. */
export const noPool = { connection: 'close' };

/** A request to the token endpoint of a realm. */
export function askToken(
  base: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
  realm = 'corridor',
): Promise<Response> {
  return fetch(`${base}/realms/${realm}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { ...headers, ...noPool },
  });
}

/** The Basic header of a client (RFC 6749 §2.3.1). */
export function basic(id: string, secret: string): { authorization: string } {
  const encoded = [id, secret].map((text) => new URLSearchParams({ v: text }).toString().slice(2)).join(':');
  return { authorization: `Basic ${Buffer.from(encoded).toString('base64')}` };
}
