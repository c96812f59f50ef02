/**
 * Fault 6: the clocks of issuer, gateway and owner differ by ±1, ±5 and ±10 minutes. Up to 60 s nothing is refused that is right; beyond, whoever's clock is
 * wrong refuses with the code that says so, and only that program's part of an answer is missing. All programs are real; their time is the test's.
 */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';
import { signedBy } from '../setup/realm-token.ts';

const minute = 60_000;
const skew = { gateway: 0, guangxi: 0 };
// While a case runs the time stands, so that a minute is a minute to the millisecond, however busy the machine.
let standing: number | undefined;
const time = (): number => standing ?? Date.now();

let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor({
    only: ['guangxi'],
    env: { gateway: { OWNER_TIMEOUT_MS: '20000', DIRECTORY_TIMEOUT_MS: '20000', QUERY_TIMEOUT_MS: '30000' } },
    clocks: { issuer: time, directory: time, gateway: () => time() + skew.gateway, guangxi: () => time() + skew.guangxi },
  });
});
afterAll(() => {
  standing = undefined;
  return corridor.close();
});
beforeEach(() => {
  standing = undefined;
  skew.gateway = 0;
  skew.guangxi = 0;
});

/** A token that the issuer, whose clock is right, gave so many seconds ago, for five minutes. */
async function token(client: string, secondsAgo: number): Promise<string> {
  const claims = decodeJwt(await corridor.token(client));
  standing = Date.now();
  const iat = Math.floor(standing / 1_000) - secondsAgo;
  return `Bearer ${await signedBy(corridor, 'corridor', { ...claims, iat, exp: iat + 300, jti: crypto.randomUUID() })}`;
}

/** `ok`, or the code of the refusal. */
async function ask(program: string, path: string, authorization: string, body?: object): Promise<string> {
  const reply = await corridor.send(program, path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return reply.status === 200 ? 'ok' : String(JSON.parse(reply.text).errors[0].extensions.code);
}

const whole = { query: '{ __typename }' };
const doors = [
  ['the gateway', 'gateway', 'gx-officer', (authorization: string) => ask('gateway', '/graphql', authorization, whole)],
  ["an owner's own door", 'guangxi', 'gx-officer-at-gx', (authorization: string) => ask('guangxi', '/owner/graphql', authorization, whole)],
  ["an owner's feed", 'guangxi', 'feed-directory-gx', (authorization: string) => ask('guangxi', '/feed?wait=0', authorization)],
] as const;

// clock of the program against the issuer's, in minutes → a token just given, and one of 299 s ago
const tokens: readonly (readonly [number, string, string])[] = [
  [-10, 'TOKEN_NOT_YET_VALID', 'TOKEN_NOT_YET_VALID'],
  [-5, 'TOKEN_NOT_YET_VALID', 'ok'],
  [-1, 'ok', 'ok'],
  [0, 'ok', 'ok'],
  [1, 'ok', 'ok'],
  [5, 'ok', 'TOKEN_EXPIRED'],
  [10, 'TOKEN_EXPIRED', 'TOKEN_EXPIRED'],
];

for (const [name, program, client, knock] of doors) {
  test.each(tokens)(
    `${name}, %d min off the issuer's time, says %s to a new token and %s to one that is about to end`,
    async (minutes, anew, old) => {
      const fresh = await token(client, 0);
      const ending = await token(client, 299);
      skew[program] = minutes * minute;
      expect([await knock(fresh), await knock(ending)]).toEqual([anew, old]);
    },
  );
}

const asked = { query: '{ parties { code name { en } profile { id timeZone } } }' };

// clock of the owner against the gateway's, in seconds → what the gateway tells of it
test.each([
  [-600, 'OWNER_UNREACHABLE'],
  [-300, 'OWNER_UNREACHABLE'],
  [-61, 'OWNER_UNREACHABLE'],
  [-60, 'ok'],
  [0, 'ok'],
  [60, 'ok'],
  [61, 'OWNER_UNREACHABLE'],
  [300, 'OWNER_UNREACHABLE'],
  [600, 'OWNER_UNREACHABLE'],
])("an owner %d s off the gateway's time is answered for as %s, and the rest of the answer is whole", async (seconds, outcome) => {
  const authorization = await token('gx-officer', 0);
  skew.guangxi = seconds * 1_000;
  const reply = await corridor.send('gateway', '/graphql', {
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(asked),
  });
  const { data, errors = [] } = JSON.parse(reply.text);
  const ofGuangxi = errors.filter(({ extensions }: { extensions: { owner: string } }) => extensions.owner === 'guangxi');
  expect(ofGuangxi.map(({ extensions }: { extensions: { code: string } }) => extensions.code)).toEqual(outcome === 'ok' ? [] : [outcome]);
  const { profile } = data.parties.find(({ code }: { code: string }) => code === 'guangxi');
  expect(profile).toEqual(outcome === 'ok' ? { id: expect.stringContaining('guangxi:'), timeZone: 'Asia/Shanghai' } : null);
  expect(data.parties.map(({ name }: { name: { en: string } }) => name.en)).toEqual(
    expect.arrayContaining(['Guangxi', 'Chongqing', 'Gansu']),
  );
});

test('a gateway whose clock was ahead and is set right is answered again at once: what it made for later is not used', async () => {
  const authorization = await token('gx-officer', 0);
  const ask = async (): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization };
    const reply = await corridor.send('gateway', '/graphql', { headers, body: '{"query":"{ parties { code } }"}' });
    return JSON.parse(reply.text).errors?.[0].extensions.code ?? 'ok';
  };
  skew.gateway = 5 * minute;
  expect(await ask()).toBe('OWNER_UNREACHABLE'); // the directory's time is right
  skew.gateway = 0;
  expect(await ask()).toBe('ok');
});
