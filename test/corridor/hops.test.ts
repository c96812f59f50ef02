/**
 * The door between gateway and owner, over the wire: a hop as the gateway makes it is answered by a real owner and the real directory; the same with any part
 * altered, sent twice, too old or made for another owner is 401 with an empty body.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Accepted, createPassportIssuer, type HopKey, type OutgoingHop, signHop } from '@corridor/identity';
import { anonymous } from '@corridor/schemas';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';

let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi'] });
});
afterAll(() => corridor.close());

type Wire = { readonly method: string; readonly path: string; readonly headers: Record<string, string | string[]>; readonly body: string };
type Made = {
  readonly owner: string;
  readonly sent?: Partial<OutgoingHop>;
  readonly passport?: string;
  readonly key?: HopKey;
  readonly at?: number;
};

const body = '{"query":"{ _service { sdl } }"}';
const nobody: Accepted = { caller: anonymous, tokenDigest: null, expiresAt: null, binding: 'none' };

function secret(name: string): never {
  return JSON.parse(readFileSync(join(corridor.dataFolder, 'secrets', name), 'utf8')) as never;
}

function keyOf(owner: string): HopKey {
  const [key] = secret(`hop-${owner}`) as readonly HopKey[];
  if (key === undefined) throw new Error(`no hop key of ${owner}`);
  return key;
}

function passportFor(owner: string, who = nobody, at = Date.now()): Promise<string> {
  return createPassportIssuer({ gatewayId: 'gw1', key: secret('passport-key.json'), clock: () => at, random: randomBytes }).passportFor(
    who,
    owner,
  );
}

/** A hop as the gateway sends it, apart from what is stated. */
async function aHop({ owner, sent = {}, passport, key, at = Date.now() }: Made): Promise<Wire> {
  const hop: OutgoingHop = {
    method: 'POST',
    authority: new URL(corridor.urlOf(owner)).host,
    path: '/graphql',
    query: '',
    contentType: 'application/json',
    body: Buffer.from(body),
    caller: passport ?? (await passportFor(owner, nobody, at)),
    deadlineMs: 5_000,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ...sent,
  };
  return { method: 'POST', path: '/graphql', headers: signHop(hop, key ?? keyOf(owner), { clock: () => at, random: randomBytes }), body };
}

async function send(owner: string, { method, path, headers, body: text }: Wire): Promise<readonly [number, string]> {
  const response = await request(`${corridor.urlOf(owner)}${path}`, { method: method as 'POST', headers, body: text });
  const answer = await response.body.text();
  return [response.statusCode, response.statusCode === 200 ? 'answered' : answer];
}

const answered = [200, 'answered'];
const refused = [401, ''];

describe.each(['guangxi', 'directory'])('a hop to %s', (owner) => {
  const altered: readonly (readonly [string, (wire: Wire) => Wire])[] = [
    ['@query', (wire) => ({ ...wire, path: '/graphql?debug=1' })],
    ['content-type', (wire) => withHeader(wire, 'content-type', 'application/json; charset=utf-8')],
    ['the body', (wire) => ({ ...wire, body: '{"query":"{ _service { sdl }  }"}' })],
    ['content-digest', (wire) => withHeader(wire, 'content-digest', `sha-256=:${'A'.repeat(43)}=:`)],
    ['corridor-deadline', (wire) => withHeader(wire, 'corridor-deadline', '5001')],
    ['traceparent', (wire) => withHeader(wire, 'traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b7-01')],
    ['signature', (wire) => withHeader(wire, 'signature', `hop=:${'A'.repeat(43)}=:`)],
    ['created', (wire) => inInput(wire, /created=(\d+)/, (seconds) => `created=${Number(seconds) + 1}`)],
    ['keyid', (wire) => inInput(wire, /keyid="([^"]+)"/, () => `keyid="gw1>${owner}/9"`)],
    ['nonce', (wire) => inInput(wire, /nonce="([^"]+)"/, () => `nonce="${'A'.repeat(22)}"`)],
    ['tag', (wire) => inInput(wire, /tag="([^"]+)"/, () => 'tag="other"')],
    ['alg', (wire) => inInput(wire, /alg="([^"]+)"/, () => 'alg="none"')],
    ['the list of components', (wire) => inInput(wire, / ("content-digest")/, () => '')],
    [
      'its number: two signatures',
      (wire) => withHeader(wire, 'signature', [String(wire.headers['signature']), String(wire.headers['signature'])]),
    ],
  ];

  test.each(altered)('is refused when %s is altered on the way, and answered when nothing is', async (_, alter) => {
    const wire = await aHop({ owner });
    expect(await send(owner, alter(wire))).toEqual(refused);
    expect(await send(owner, wire)).toEqual(answered);
  });

  test.each(['content-digest', 'corridor-caller', 'corridor-deadline', 'traceparent', 'signature-input', 'signature'])(
    'is refused without %s',
    async (name) => {
      const wire = await aHop({ owner });
      const { [name]: _left, ...headers } = wire.headers;
      expect(await send(owner, { ...wire, headers })).toEqual(refused);
    },
  );

  test('is answered once: a second time it is a replay', async () => {
    const wire = await aHop({ owner });
    expect([await send(owner, wire), await send(owner, wire)]).toEqual([answered, refused]);
  });

  test('is refused when it was made 65 s ago, or 65 s ahead, and answered within 55 s', async () => {
    const at = (seconds: number): Promise<Wire> => aHop({ owner, at: Date.now() + seconds * 1_000 });
    for (const seconds of [-65, 65]) expect(await send(owner, await at(seconds)), `${seconds} s`).toEqual(refused);
    for (const seconds of [-55, 0, 55]) expect(await send(owner, await at(seconds)), `${seconds} s`).toEqual(answered);
  });

  test('is refused when it was made for another owner: with its passport, its key, or its address', async () => {
    const other = owner === 'guangxi' ? 'directory' : 'guangxi';
    expect(await send(owner, await aHop({ owner, passport: await passportFor(other) }))).toEqual(refused);
    expect(await send(owner, await aHop({ owner, key: keyOf(other) }))).toEqual(refused);
    expect(await send(owner, await aHop({ owner, key: { ...keyOf(other), id: keyOf(owner).id } }))).toEqual(refused);
    expect(await send(owner, await aHop({ owner, sent: { authority: new URL(corridor.urlOf(other)).host } }))).toEqual(refused);
    const wire = await aHop({ owner: other });
    expect(await send(owner, wire)).toEqual(refused);
    expect(await send(other, wire)).toEqual(answered);
  });

  test('is refused with a passport that claims what its issuer may not say, though the gateway signed it', async () => {
    const caller = { ...anonymous, party: 'GX', subject: 's', client: 'c', issuer: `${corridor.urlOf('issuer')}/realms/asean` };
    const who: Accepted = { caller, tokenDigest: 'AAECAwQFBgcICQoLDA0ODw', expiresAt: Date.now() + 60_000, binding: 'bearer' };
    expect(await send(owner, await aHop({ owner, passport: await passportFor(owner, who) }))).toEqual(refused);
    const right = { ...who, caller: { ...caller, issuer: `${corridor.urlOf('issuer')}/realms/corridor` } };
    expect(await send(owner, await aHop({ owner, passport: await passportFor(owner, right) }))).toEqual(answered);
  });

  test('is answered whatever else a proxy or a client adds: headers outside the signature say nothing', async () => {
    const wire = await aHop({ owner });
    const added = {
      forwarded: 'for=10.0.0.1;host=evil.example',
      'x-forwarded-host': 'evil.example',
      'x-party': 'GX',
      cookie: 'a=b',
      authorization: 'Bearer a.b.c',
    };
    expect(await send(owner, { ...wire, headers: { ...wire.headers, ...added } })).toEqual(answered);
  });
});

function withHeader(wire: Wire, name: string, value: string | string[]): Wire {
  return { ...wire, headers: { ...wire.headers, [name]: value } };
}

function inInput(wire: Wire, what: RegExp, by: (found: string) => string): Wire {
  const input = String(wire.headers['signature-input']);
  return withHeader(
    wire,
    'signature-input',
    input.replace(what, (_, found: string) => by(found)),
  );
}
