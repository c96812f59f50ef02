/**
 * Fault 7: the key set of an issuer is away for 30 minutes, in five ways; keys are rotated; tokens with unknown key ids come in a flood. Known keys work for
 * 24 hours, the issuer is asked at most once per 30 s, an unknown key id is refused. The network is real, the time is the test's.
 * FAULT_LONG: a look each minute also where the issuer keeps everybody waiting, and ten times the flood.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTokenClient, createVerifier, type Verifier } from '@corridor/identity';
import { startIssuer } from '@corridor/keycloak';
import { systemClock } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFederation } from '../gateway/federation.ts';
import { type KeySetMood, type SimulatedKeySet, simulateKeySet } from '../simulators/key-set.ts';

const long = process.env['FAULT_LONG'] !== undefined;
const minute = 60_000;
const hour = 60 * minute;

let now: number;
let issuer: SimulatedKeySet;
let timers: { readonly at: number; readonly work: () => void }[];
let opened: Verifier[];
beforeEach(async () => {
  now = Date.UTC(2026, 2, 2, 4);
  timers = [];
  opened = [];
  issuer = await simulateKeySet(() => now);
});
afterEach(async () => {
  for (const verifier of opened) verifier.close();
  await issuer.close();
});

function aVerifier(rows = [issuer.row]): Verifier {
  const verifier = createVerifier(rows, {
    audience: 'corridor-gateway',
    clock: () => now,
    schedule: (work, delayMs) => {
      const timer = { at: now + delayMs, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
  opened.push(verifier);
  return verifier;
}

/** Lets time pass; what is due by then begins and ends before any more does. Whoever reloads plans the next time once it is through. */
async function pass(ms: number): Promise<void> {
  now += ms;
  const due = timers.filter(({ at }) => at <= now);
  const planned = timers.length;
  timers = timers.filter(({ at }) => at > now);
  for (const { work } of due) work();
  while (timers.length < planned) await wait(1);
}

/** `ok`, or the code of the refusal. */
async function knock(verifier: Verifier, token: string): Promise<string> {
  try {
    await verifier.verify(`Bearer ${token}`, undefined);
    return 'ok';
  } catch (error) {
    if (!(error instanceof CorridorError)) throw error;
    if (error.code === 'ISSUER_UNAVAILABLE') expect(error.retryAfterSeconds).toBeLessThanOrEqual(30);
    return error.code;
  }
}

/** The shortest time between two fetches. */
function shortestGapMs(): number {
  return Math.min(...issuer.fetchedAt.slice(1).map((at, n) => at - (issuer.fetchedAt[n] ?? 0)));
}

const away: readonly (readonly [KeySetMood, string, number])[] = [
  ['failing', 'answers 503', minute],
  ['html', 'answers with a page', minute],
  ['huge', 'answers with 50 MB', minute],
  ['slow', 'does not answer', long ? minute : 10 * minute],
];

test.each(away)(
  '%s: an issuer that %s for 30 minutes harms no known key, and strangers are told to come again',
  async (mood, _, step) => {
    const verifier = aVerifier();
    expect(await knock(verifier, await issuer.token())).toBe('ok');
    issuer.mood = mood;
    const outcomes = new Set<string>();
    for (let elapsed = 0; elapsed < 30 * minute; elapsed += step) {
      await pass(step);
      const [known, stranger] = await Promise.all([
        issuer.token().then((token) => knock(verifier, token)),
        issuer.token(`unknown-${elapsed}`).then((token) => knock(verifier, token)),
      ]);
      outcomes.add(`${known} ${stranger}`);
    }
    expect([...outcomes]).toEqual(['ok ISSUER_UNAVAILABLE']);
    expect(shortestGapMs()).toBeGreaterThanOrEqual(30_000);
    expect(issuer.fetchedAt.length).toBeLessThanOrEqual(1 + 60);
    // Of 50 MB what fits into the buffers on the way is sent before the far end hangs up.
    expect(issuer.sentBytes() / issuer.fetchedAt.length).toBeLessThan(10 * 1024 * 1024);

    issuer.mood = 'well';
    await pass(minute);
    expect(await knock(verifier, await issuer.token('unknown-still'))).toBe('UNAUTHENTICATED');
    expect(await knock(verifier, await issuer.token())).toBe('ok');
  },
  120_000,
);

test('keys known for 24 hours are no longer known, and are again as soon as the issuer is back', async () => {
  const verifier = aVerifier();
  expect(await knock(verifier, await issuer.token())).toBe('ok');
  issuer.mood = 'failing';
  const before = issuer.fetchedAt.length;
  for (let elapsed = 0; elapsed < 24 * hour; elapsed += 10 * minute) {
    await pass(10 * minute);
    expect(await knock(verifier, await issuer.token())).toBe('ok');
  }
  await pass(minute);
  expect(await knock(verifier, await issuer.token())).toBe('ISSUER_UNAVAILABLE');
  expect(issuer.fetchedAt.length - before).toBeLessThanOrEqual(24 * 120);
  expect(shortestGapMs()).toBeGreaterThanOrEqual(30_000);
  issuer.mood = 'well';
  await pass(minute);
  expect(await knock(verifier, await issuer.token())).toBe('ok');
}, 60_000);

test('a flood of unknown key ids costs one fetch per 30 s, and neither known keys nor other issuers feel it', async () => {
  const other = await simulateKeySet(() => now);
  const verifier = aVerifier([issuer.row, other.row]);
  const known = [await issuer.token(), await other.token()];
  expect(await Promise.all(known.map((token) => knock(verifier, token)))).toEqual(['ok', 'ok']);
  const [head = '', ...rest] = known[0]?.split('.') ?? [];
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  const unknown = (): string =>
    [Buffer.from(JSON.stringify({ ...header, kid: randomBytes(12).toString('hex') })).toString('base64url'), ...rest].join('.');
  const outcomes = new Set<string>();
  const perSecond = long ? 1_000 : 100;
  for (let second = 0; second < 120; second += 1) {
    await pass(1_000);
    for (const outcome of await Promise.all(Array.from({ length: perSecond }, () => knock(verifier, unknown())))) outcomes.add(outcome);
    expect(await Promise.all(known.map((token) => knock(verifier, token)))).toEqual(['ok', 'ok']);
  }
  expect([...outcomes]).toEqual(['UNAUTHENTICATED']);
  expect(issuer.fetchedAt).toHaveLength(1 + 4);
  expect(other.fetchedAt).toHaveLength(1);
  await other.close();
}, 120_000);

test('keys of the issuer are rotated: no token of the hour around it is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'corridor-rotation-'));
  const realmsDir = fileURLToPath(new URL('../../infra/keycloak/realms', import.meta.url));
  const rotating = await startIssuer(
    {
      host: '127.0.0.1',
      port: 0,
      realmsDir,
      keyDir: join(folder, 'keys'),
      variables: { CORRIDOR_DEMO_SECRET: 'secret' },
      environment: 'test',
      logLevel: 'silent',
    },
    { clock: () => now, random: randomBytes },
  );
  const [realm = ''] = rotating.issuers.filter((name) => name.endsWith('/corridor'));
  const verifier = aVerifier([{ ...issuer.row, issuer: realm, jwksUri: `${realm}/protocol/openid-connect/certs`, parties: ['CQ'] }]);
  const kids: (string | undefined)[] = [];
  let last = '';
  for (let elapsed = 0; elapsed < hour; elapsed += 20_000) {
    if (elapsed === 10 * minute) await rotating.rotateKeys();
    await pass(20_000);
    const client = createTokenClient({
      tokenUrl: `${realm}/protocol/openid-connect/token`,
      clientId: 'cq-officer',
      clientSecret: 'secret',
      clock: systemClock,
    });
    const token = await client.token();
    kids.push(decodeProtectedHeader(token).kid);
    const old = last === '' ? token : last;
    expect([await knock(verifier, token), await knock(verifier, old)], `after ${elapsed / 1_000} s`).toEqual(['ok', 'ok']);
    last = token;
  }
  expect(new Set(kids).size).toBe(2);
  expect(kids[0]).not.toBe(kids.at(-1));
  await rotating.close();
  rmSync(folder, { recursive: true });
}, 60_000);

test('through the gateway: the flood is refused, who has a known key is answered, and the issuer is asked twice at most', async () => {
  const quiet = await simulateKeySet(Date.now);
  now = Date.now();
  const corridor = await startFederation({ issuers: [quiet.row] });
  const ask = async (token: string): Promise<readonly [number, unknown]> => {
    const { status, json } = await corridor.ask('{ __typename }', { headers: { authorization: `Bearer ${token}` } });
    return [status, (json.errors?.[0]?.['extensions'] as { code?: string } | undefined)?.code];
  };
  const known = await quiet.token();
  expect(await ask(known)).toEqual([200, undefined]);
  const startedAt = Date.now();
  const outcomes = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, async (_, n) => ask(await quiet.token(`unknown-${round}-${n}`))));
    for (const answer of answers) outcomes.add(JSON.stringify(answer));
    expect(await ask(known)).toEqual([200, undefined]);
  }
  expect([...outcomes]).toEqual(['[401,"UNAUTHENTICATED"]']);
  expect(quiet.fetchedAt.length).toBeLessThanOrEqual(2 + Math.floor((Date.now() - startedAt) / 30_000));
  await corridor.close();
  await quiet.close();
}, 60_000);
