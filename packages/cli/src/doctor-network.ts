/** Those a program depends on: issuers, owners, feeds. Asked as the program asks them, from this machine. */
import { readFileSync } from 'node:fs';
import { createPassportIssuer, createTokenClient, hopKeysFile, type IssuerRow, issuersFile, signHop } from '@corridor/identity';
import { anonymous, type Clock, CorridorError, type Random } from '@corridor/schemas';
import type { JWK } from 'jose';
import { request } from 'undici';
import { listedFeeds, listedOwners, reading } from './doctor-files.ts';
import { type Finding, found } from './doctor-finding.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** What is passed in: the machine's clock and randomness. */
export type Means = { readonly clock: Clock; readonly random: Random };

const patience = { headersTimeout: 5_000, bodyTimeout: 5_000, reset: true } as const;
/** Tokens and signed hops are taken up to a minute apart. */
const skewLimitSeconds = 60;
// `Date` has whole seconds, and the answer took its time.
const noticeableSeconds = 3;

/** Each issuer's key set, and the clock against it. */
export async function examineIssuers(env: Env, means: Means): Promise<Finding[]> {
  const issuers = reading(env['ISSUERS_FILE'], issuersFile) ?? [];
  return (await Promise.all(issuers.map((issuer) => examineIssuer(issuer, means)))).flat();
}

async function examineIssuer({ issuer, jwksUri }: IssuerRow, { clock }: Means): Promise<Finding[]> {
  try {
    const { statusCode, headers, body } = await request(jwksUri, patience);
    const text = await body.text();
    const skew = skewOf(headers['date'], clock, issuer);
    if (statusCode !== 200) return [found('ISSUER_UNREACHABLE', issuer, `HTTP ${statusCode}`), ...skew];
    const keys = keysIn(text);
    return [
      keys === undefined ? found('ISSUER_UNREACHABLE', issuer, 'no key set') : found('ISSUER_ANSWERS', issuer, String(keys)),
      ...skew,
    ];
  } catch (error) {
    return [found('ISSUER_UNREACHABLE', issuer, reasonOf(error))];
  }
}

/** Each owner of the gateway: reachable, the clock, and whether it lets our signed hop in. */
export async function examineOwners(env: Env, means: Means): Promise<Finding[]> {
  const owners = Object.entries(listedOwners(env));
  return (await Promise.all(owners.map(([owner, { url, hopKeyFile }]) => examineOwner(owner, url, hopKeyFile, env, means)))).flat();
}

async function examineOwner(owner: string, url: string, hopKeyFile: string, env: Env, means: Means): Promise<Finding[]> {
  let skew: Finding[];
  try {
    const { headers, body } = await request(new URL('/livez', url), patience);
    await body.dump();
    skew = skewOf(headers['date'], means.clock, owner);
  } catch (error) {
    return [found('OWNER_UNREACHABLE', owner, url, reasonOf(error))];
  }
  const [key] = reading(hopKeyFile, hopKeysFile) ?? [];
  const passportKey = jwkIn(env['PASSPORT_KEY_FILE']);
  if (key === undefined || passportKey === undefined) return [found('OWNER_ANSWERS', owner, url), ...skew];
  try {
    const passports = createPassportIssuer({ gatewayId: env['GATEWAY_ID'] ?? 'gw1', key: () => passportKey, ...means });
    const caller = await passports.passportFor({ caller: anonymous, tokenDigest: null, expiresAt: null, binding: 'none' }, owner);
    const body = Buffer.from(JSON.stringify({ query: '{ __typename }' }));
    const hex = (bytes: number): string => Buffer.from(means.random(bytes)).toString('hex');
    const hop = {
      method: 'POST',
      authority: new URL(url).host,
      path: '/graphql',
      query: '',
      contentType: 'application/json',
      body,
      caller,
    };
    const headers = signHop({ ...hop, deadlineMs: 5_000, traceparent: `00-${hex(16)}-${hex(8)}-00` }, key, means);
    const answer = await request(new URL('/graphql', url), { ...patience, method: 'POST', headers, body });
    await answer.body.dump();
    // Whoever is let in may still be told that the question makes no sense.
    const accepted = answer.statusCode === 200 || answer.statusCode === 400;
    const told = accepted ? found('HOP_ACCEPTED', owner) : answer.statusCode === 401 ? found('HOP_REFUSED', owner) : undefined;
    return [found('OWNER_ANSWERS', owner, url), ...(told === undefined ? [] : [told]), ...skew];
  } catch (error) {
    if (error instanceof CorridorError) return [found('FILE_FORM', 'PASSPORT_KEY_FILE', error.detail ?? error.code)];
    return [found('OWNER_UNREACHABLE', owner, url, reasonOf(error))];
  }
}

/** Each feed of the directory: the owner reachable, and a token to be had for it. */
export async function examineFeeds(env: Env, means: Means): Promise<Finding[]> {
  return (await Promise.all(listedFeeds(env).map((feed) => examineFeed(feed, means)))).flat();
}

async function examineFeed(feed: ReturnType<typeof listedFeeds>[number], { clock }: Means): Promise<Finding[]> {
  const { party, url, tokenUrl, clientId, clientSecretFile } = feed;
  const reached = await request(new URL('/livez', url), patience).then(
    async ({ headers, body }) => {
      await body.dump();
      return [found('OWNER_ANSWERS', party, url), ...skewOf(headers['date'], clock, party)];
    },
    (error: unknown) => [found('OWNER_UNREACHABLE', party, url, reasonOf(error))],
  );
  try {
    const clientSecret = readFileSync(clientSecretFile, 'utf8').trim();
    await createTokenClient({ tokenUrl, clientId, clientSecret, clock }).token();
    return [...reached, found('FEED_TOKEN_FITS', party)];
  } catch (error) {
    return [...reached, found('FEED_TOKEN_REFUSED', party, error instanceof CorridorError ? error.code : reasonOf(error))];
  }
}

function skewOf(date: string | string[] | undefined, clock: Clock, whose: string): Finding[] {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round(Math.abs(clock() - theirs) / 1_000);
  if (seconds > skewLimitSeconds) return [found('CLOCK_WRONG', whose, String(seconds))];
  return [seconds > noticeableSeconds ? found('CLOCK_OFF', whose, String(seconds)) : found('CLOCK_FITS', whose)];
}

function keysIn(text: string): number | undefined {
  try {
    const keys: unknown = (JSON.parse(text) as { keys?: unknown }).keys;
    return Array.isArray(keys) && keys.length > 0 ? keys.length : undefined;
  } catch {
    return undefined;
  }
}

function jwkIn(path: string | undefined): JWK | undefined {
  try {
    return path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as JWK);
  } catch {
    return undefined;
  }
}

// A code of the network, never a text: it may hold whatever the other side said.
function reasonOf(error: unknown): string {
  const code: unknown = error instanceof Error ? (Reflect.get(error, 'code') ?? Reflect.get(error.cause ?? {}, 'code')) : undefined;
  return typeof code === 'string' ? code : 'no answer';
}
