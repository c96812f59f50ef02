// Long: one table of hops, every component altered once; parted, nobody would see which is missing.
import { randomBytes } from 'node:crypto';
import { anonymous, type Caller } from '@corridor/schemas';
import { decodeProtectedHeader, type JWK, SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Identified } from './deny-list.ts';
import { type Admitted, createHopDoor, type HopDoor, type HopDoorOptions, type HopRequest } from './hop-door.ts';
import { HopRefused } from './hop-refused.ts';
import { type HopKey, type OutgoingHop, signHop } from './hop-signature.ts';
import type { IssuerRow } from './issuer-table.ts';
import { createPassportIssuer } from './passport.ts';
import { aKey, type SigningKey } from './testing/keys.ts';
import { asean, noon, realm } from './testing/tokens.ts';
import type { Accepted } from './verifier.ts';

const gw1 = await aKey('gw1', 'EdDSA');
const gw2 = await aKey('gw2', 'EdDSA');
const gw1ToGuangxi: HopKey = { id: 'gw1>guangxi/1', secret: randomBytes(32).toString('base64url') };
const gw1ToGuangxiNext: HopKey = { id: 'gw1>guangxi/2', secret: randomBytes(32).toString('base64url') };
const gw2ToGuangxi: HopKey = { id: 'gw2>guangxi/1', secret: randomBytes(32).toString('base64url') };

const issuers: IssuerRow[] = [
  {
    issuer: realm,
    jwksUri: 'https://id.corridor.example/certs',
    algorithms: ['RS256'],
    parties: ['GX', 'GS'],
    roles: ['corridor-member', 'forwarder', 'customs'],
  },
  {
    issuer: asean,
    jwksUri: 'https://id.asean.example/certs',
    algorithms: ['RS256'],
    parties: ['SG'],
    roles: ['corridor-member', 'port-operator'],
  },
];
const caller: Caller = {
  party: 'GS',
  org: 'GS/lz-forwarder',
  roles: ['corridor-member', 'forwarder'],
  permissions: ['consignment.read'],
  purpose: 'clearance',
  subject: 'subject-1',
  client: 'lz-forwarder',
  issuer: realm,
};
const accepted: Accepted = { caller, tokenDigest: 'AAECAwQFBgcICQoLDA0ODw', expiresAt: noon + 300_000, binding: 'bearer' };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const body = Buffer.from('{"query":"query($representations:[_Any!]!){_entities(representations:$representations){__typename}}"}');

let now: number;
let door: HopDoor;
beforeEach(() => {
  now = noon;
  door = aDoor();
});

function aDoor(options: Partial<HopDoorOptions> = {}): HopDoor {
  return createHopDoor({
    owner: 'guangxi',
    authority: 'guangxi.corridor.example:4001',
    keys: [gw1ToGuangxi, gw1ToGuangxiNext, gw2ToGuangxi],
    gateways: [
      { id: 'gw1', key: gw1.publicJwk },
      { id: 'gw2', key: gw2.publicJwk },
    ],
    issuers,
    clock: () => now,
    ...options,
  });
}

function passportOf(gatewayId: string, key: SigningKey, owner = 'guangxi', who = accepted): Promise<string> {
  return createPassportIssuer({ gatewayId, key: key.privateJwk, clock: () => now, random: randomBytes }).passportFor(who, owner);
}

type Hop = { passport?: string; key?: HopKey; sent?: Partial<OutgoingHop> };

/** A request as the owner gets it from an honest gateway, apart from what is stated. */
async function aHop({ passport, key = gw1ToGuangxi, sent = {} }: Hop = {}): Promise<HopRequest> {
  const outgoing: OutgoingHop = {
    method: 'POST',
    authority: 'guangxi.corridor.example:4001',
    path: '/graphql',
    query: '',
    contentType: 'application/json',
    body,
    caller: passport ?? (await passportOf('gw1', gw1)),
    deadlineMs: 800,
    traceparent,
    ...sent,
  };
  const headers = signHop(outgoing, key, { clock: () => now, random: randomBytes });
  const { method, path, query, contentType } = outgoing;
  return { method, authority: '10.0.0.7', path, query, contentType, body: outgoing.body, headers };
}

function withHeaders(request: HopRequest, headers: Record<string, string | string[] | undefined>): HopRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

async function refusalOf(request: HopRequest, at = door): Promise<string> {
  const error = await at.admit(request).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof HopRefused)) throw new Error('was not refused', { cause: error });
  return error.reason;
}

function header(request: HopRequest, name: string): string {
  const value = request.headers[name];
  if (typeof value !== 'string') throw new Error(`no ${name}`);
  return value;
}

describe('a hop is admitted', () => {
  test('with the caller of its passport, roles cut by the owner’s own table, no permissions', async () => {
    const passport = await passportOf('gw1', gw1, 'guangxi', {
      ...accepted,
      caller: { ...caller, roles: ['agreement-admin', 'corridor-member', 'forwarder'] },
    });
    expect(await door.admit(await aHop({ passport }))).toEqual({
      caller: { ...caller, permissions: [] },
      passport,
      gateway: 'gw1',
      deadlineAt: noon + 800,
      traceparent,
    } satisfies Admitted);
  });

  test('anonymous, with the passport of nobody', async () => {
    const passport = await passportOf('gw1', gw1, 'guangxi', { caller: anonymous, tokenDigest: null, expiresAt: null, binding: 'none' });
    expect(await door.admit(await aHop({ passport }))).toMatchObject({ caller: anonymous, gateway: 'gw1' });
  });

  test('with either of two keys while one replaces the other, and from each gateway', async () => {
    await expect(door.admit(await aHop({ key: gw1ToGuangxi }))).resolves.toMatchObject({ gateway: 'gw1' });
    await expect(door.admit(await aHop({ key: gw1ToGuangxiNext }))).resolves.toMatchObject({ gateway: 'gw1' });
    await expect(door.admit(await aHop({ key: gw2ToGuangxi, passport: await passportOf('gw2', gw2) }))).resolves.toMatchObject({
      gateway: 'gw2',
    });
  });

  test('with a passport it has seen before, checked anew each time', async () => {
    const passport = await passportOf('gw1', gw1);
    const denied: Identified[] = [];
    const watching = aDoor({ denied: (who) => denied.push(who) > 1 });
    await watching.admit(await aHop({ passport }));
    expect(await refusalOf(await aHop({ passport }), watching)).toBe('denied');
    expect(denied[1]).toEqual({
      issuer: realm,
      subject: 'subject-1',
      client: 'lz-forwarder',
      tokenId: null,
      tokenDigest: accepted.tokenDigest,
    });
  });

  test.each([-59, 59])('with clocks that differ by %d s', async (seconds) => {
    const request = await aHop();
    now += seconds * 1_000;
    await expect(door.admit(request)).resolves.toBeDefined();
  });

  test('with a query, which is part of the signature', async () => {
    await expect(door.admit(await aHop({ sent: { query: 'extensions=1' } }))).resolves.toBeDefined();
  });
});

describe('a hop is refused', () => {
  test.each([-61, 61])('with clocks that differ by %d s', async (seconds) => {
    const request = await aHop();
    now += seconds * 1_000;
    expect(await refusalOf(request)).toBe('created-outside-window');
  });

  const altered: readonly [string, (request: HopRequest) => HopRequest, string][] = [
    ['@method', (request) => ({ ...request, method: 'GET' }), 'signature-wrong'],
    ['@path', (request) => ({ ...request, path: '/owner/graphql' }), 'signature-wrong'],
    ['@query', (request) => ({ ...request, query: 'a=1' }), 'signature-wrong'],
    ['content-type', (request) => ({ ...request, contentType: 'text/plain' }), 'signature-wrong'],
    ['content-digest', (request) => withHeaders(request, { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` }), 'content-digest'],
    ['the body', (request) => ({ ...request, body: Buffer.concat([body, Buffer.from(' ')]) }), 'content-digest'],
    ['corridor-deadline', (request) => withHeaders(request, { 'corridor-deadline': '900' }), 'signature-wrong'],
    ['traceparent', (request) => withHeaders(request, { traceparent: traceparent.replace('4bf9', '4bf8') }), 'signature-wrong'],
    ['created', (request) => altering(request, /created=(\d+)/, `created=${noon / 1_000 + 1}`), 'signature-wrong'],
    ['keyid', (request) => altering(request, /gw1>guangxi\/1/, 'gw1>guangxi/2'), 'signature-wrong'],
    ['nonce', (request) => altering(request, /nonce="[^"]+"/, `nonce="${'A'.repeat(22)}"`), 'signature-wrong'],
    ['alg', (request) => altering(request, /hmac-sha256/, 'ed25519'), 'signature-form'],
    ['tag', (request) => altering(request, /corridor-hop/, 'web-bot-auth'), 'signature-form'],
    ['the signature', (request) => withHeaders(request, { signature: `hop=:${'A'.repeat(43)}=:` }), 'signature-wrong'],
  ];
  function altering(request: HopRequest, what: RegExp, by: string): HopRequest {
    return withHeaders(request, { 'signature-input': header(request, 'signature-input').replace(what, by) });
  }
  test.each(altered)('when %s is altered on the way', async (_, alter, reason) => {
    const request = await aHop();
    expect(await refusalOf(alter(request))).toBe(reason);
    await expect(door.admit(request)).resolves.toBeDefined(); // and the same, unaltered, is admitted
  });

  test('when corridor-caller is another caller’s passport', async () => {
    const request = await aHop();
    const other = await passportOf('gw1', gw1, 'guangxi', { ...accepted, tokenDigest: 'EBESExQVFhcYGRobHB0eHw' });
    expect(await refusalOf(withHeaders(request, { 'corridor-caller': other }))).toBe('signature-wrong');
  });

  test('when it was signed for another authority, whatever Host says', async () => {
    const request = await aHop({ sent: { authority: 'gansu.corridor.example:4004' } });
    expect(await refusalOf({ ...request, authority: 'guangxi.corridor.example:4001' })).toBe('signature-wrong');
  });

  const names = ['signature-input', 'signature', 'content-digest', 'corridor-caller', 'corridor-deadline', 'traceparent'];
  test.each(names)('without %s', async (name) => {
    const request = await aHop();
    expect(await refusalOf(withHeaders(request, { [name]: undefined }))).toBe(
      name.startsWith('signature') ? 'signature-missing' : 'signature-form',
    );
  });

  test.each(names)('with %s sent twice', async (name) => {
    const request = await aHop();
    const value = header(request, name);
    expect(await refusalOf(withHeaders(request, { [name]: [value, value] }))).toBe('signature-form');
    // Joined, as Node gives most repeated headers.
    await expect(door.admit(withHeaders(request, { [name]: `${value}, ${value}` }))).rejects.toBeInstanceOf(HopRefused);
  });

  const components = [
    '@method',
    '@authority',
    '@path',
    '@query',
    'content-type',
    'content-digest',
    'corridor-caller',
    'corridor-deadline',
    'traceparent',
  ];
  test.each(components)('when the signature does not cover %s', async (name) => {
    const request = await aHop();
    const input = header(request, 'signature-input');
    const shorter = input.replace(`"${name}"`, '').replace('  ', ' ').replace('( ', '(').replace(' )', ')');
    expect(shorter).not.toBe(input);
    expect(await refusalOf(withHeaders(request, { 'signature-input': shorter }))).toBe('signature-form');
  });

  test.each([
    ['a further component', (input: string) => input.replace('"traceparent"', '"traceparent" "accept"')],
    ['components in another order', (input: string) => input.replace('"@method" "@authority"', '"@authority" "@method"')],
    ['a component twice', (input: string) => input.replace('"@method"', '"@method" "@method"')],
    ['no created', (input: string) => input.replace(/;created=\d+/, '')],
    ['no nonce', (input: string) => input.replace(/;nonce="[^"]+"/, '')],
    ['an expires', (input: string) => `${input};expires=4102444800`],
    ['another label', (input: string) => input.replace(/^hop=/, 'sig1=')],
    ['two signatures', (input: string) => `${input}, sig2=()`],
  ])('with %s', async (_, change) => {
    const request = await aHop();
    expect(await refusalOf(withHeaders(request, { 'signature-input': change(header(request, 'signature-input')) }))).toBe('signature-form');
  });

  test('with a key nobody gave, or another owner’s', async () => {
    const strange = { id: 'gw3>guangxi/1', secret: randomBytes(32).toString('base64url') };
    expect(await refusalOf(await aHop({ key: strange }))).toBe('key-unknown');
    expect(await refusalOf(await aHop({ key: { ...gw1ToGuangxi, id: 'gw1>gansu/1' } }))).toBe('key-unknown');
  });

  test('with a known key id and another secret', async () => {
    expect(await refusalOf(await aHop({ key: { id: gw1ToGuangxi.id, secret: gw2ToGuangxi.secret } }))).toBe('signature-wrong');
  });

  test('the second time, to the end of its window', async () => {
    const ahead = { clock: () => noon + 60_000, random: randomBytes };
    const passport = await passportOf('gw1', gw1);
    const outgoing = {
      method: 'POST',
      authority: 'guangxi.corridor.example:4001',
      path: '/graphql',
      query: '',
      contentType: 'application/json',
      body,
      caller: passport,
      deadlineMs: 800,
      traceparent,
    };
    const request: HopRequest = { ...outgoing, headers: signHop(outgoing, gw1ToGuangxi, ahead) };
    await door.admit(request);
    for (const later of [0, 60_000, 119_999, 120_000]) {
      now = noon + later;
      expect(await refusalOf(request)).toBe('nonce-seen');
    }
    now = noon + 121_000;
    expect(await refusalOf(request)).toBe('created-outside-window');
  });

  test('when no further nonce can be remembered; the ones held stay held, and space returns with time', async () => {
    const small = aDoor({ nonceCapacity: 3 });
    const requests = await Promise.all([aHop(), aHop(), aHop(), aHop()]);
    const [first, second, third, fourth] = requests;
    for (const request of [first, second, third]) if (request !== undefined) await small.admit(request);
    expect(fourth && (await refusalOf(fourth, small))).toBe('nonces-full');
    expect(first && (await refusalOf(first, small))).toBe('nonce-seen');
    now += 121_000;
    await expect(small.admit(await aHop())).resolves.toBeDefined();
  });

  test('from strangers, who cannot fill the memory of nonces', async () => {
    const small = aDoor({ nonceCapacity: 1 });
    for (let n = 0; n < 5; n += 1)
      expect(await refusalOf(await aHop({ key: { ...gw1ToGuangxi, secret: gw2ToGuangxi.secret } }), small)).toBe('signature-wrong');
    await expect(small.admit(await aHop())).resolves.toBeDefined();
  });

  test('with a trace context that is none, though signed', async () => {
    expect(await refusalOf(await aHop({ sent: { traceparent: 'trace\tme' } }))).toBe('traceparent-form');
  });

  test('at the first check that fails: an old request with an unknown key and an altered body is old', async () => {
    const request = await aHop({ key: { id: 'gw3>guangxi/1', secret: gw1ToGuangxi.secret } });
    const broken = { ...request, body: Buffer.from('{}') };
    expect(await refusalOf(broken)).toBe('key-unknown');
    now += 61_000;
    expect(await refusalOf(broken)).toBe('created-outside-window');
  });
});

describe('a passport is refused', () => {
  async function passport(
    claims: Record<string, unknown>,
    { key = gw1, header: stated = {} }: { key?: SigningKey; header?: object } = {},
  ): Promise<string> {
    const iat = Math.floor(now / 1_000);
    const whole = {
      iss: 'gw1',
      aud: 'guangxi',
      sub: 's',
      azp: 'a',
      party: 'GS',
      idp: realm,
      bnd: 'bearer',
      tok: 't',
      roles: [],
      iat,
      exp: iat + 60,
      jti: 'j',
      ...claims,
    };
    return new SignJWT(whole).setProtectedHeader({ alg: 'EdDSA', typ: 'corridor-caller+jwt', ...stated }).sign(key.privateKey);
  }
  async function refusedWith(claims: Record<string, unknown>, how: { key?: SigningKey; header?: object } = {}): Promise<string> {
    return refusalOf(await aHop({ passport: await passport(claims, how) }));
  }

  test('and only for what it lacks: a whole one is taken', async () => {
    await expect(door.admit(await aHop({ passport: await passport({}) }))).resolves.toMatchObject({
      caller: { party: 'GS', org: null, purpose: null },
    });
  });

  const cases: readonly [string, Record<string, unknown>, string][] = [
    ['for another owner', { aud: 'gansu' }, 'passport-audience'],
    ['for two owners', { aud: ['guangxi', 'gansu'] }, 'passport-audience'],
    ['without audience', { aud: undefined }, 'passport-audience'],
    ['without end', { exp: undefined }, 'passport-times'],
    ['that lives longer than a minute', { exp: noon / 1_000 + 61 }, 'passport-times'],
    ['issued more than a minute ahead', { iat: noon / 1_000 + 61, exp: noon / 1_000 + 90 }, 'passport-times'],
    ['without number', { jti: undefined }, 'passport-claims'],
    ['without binding', { bnd: undefined }, 'passport-claims'],
    ['with an unknown binding', { bnd: 'cookie' }, 'passport-claims'],
    ['of nobody that names a party', { bnd: 'none' }, 'passport-claims'],
    ['without party', { party: undefined }, 'passport-claims'],
    ['without issuer', { idp: undefined }, 'passport-claims'],
    ['with a firm of another party', { org: 'GX/qz-terminal' }, 'passport-claims'],
    ['with a firm without party', { org: 'lz-forwarder' }, 'passport-claims'],
    ['with a purpose outside the list', { purpose: 'law-enforcement' }, 'passport-claims'],
    ['with roles that are a text', { roles: 'customs' }, 'passport-claims'],
    ['of an issuer nobody knows', { idp: 'https://id.elsewhere.example' }, 'passport-issuer'],
    ['of an issuer that may not speak for the party', { idp: asean }, 'passport-issuer'],
    ['of another gateway than signed the hop', { iss: 'gw2' }, 'passport-gateway'],
  ];
  test.each(cases)('%s', async (_, claims, reason) => {
    expect(await refusedWith(claims)).toBe(reason);
  });

  test('signed by another key', async () => {
    expect(await refusedWith({}, { key: gw2 })).toBe('passport-signature');
  });

  test('of another type, an access token for instance', async () => {
    expect(await refusedWith({}, { header: { typ: 'at+jwt' } })).toBe('passport-type');
    expect(await refusedWith({}, { header: { typ: undefined } })).toBe('passport-type');
  });

  test('that is no JWT', async () => {
    expect(await refusalOf(await aHop({ passport: 'nobody' }))).toBe('passport-unreadable');
  });

  test('altered in any part', async () => {
    const [head = '', payload = '', signature = ''] = (await passport({})).split('.');
    const promoted = Buffer.from(payload, 'base64url').toString().replace('"party":"GS"', '"party":"GX"');
    expect(await refusalOf(await aHop({ passport: [head, Buffer.from(promoted).toString('base64url'), signature].join('.') }))).toBe(
      'passport-signature',
    );
    expect(
      await refusalOf(await aHop({ passport: [head, payload, signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))].join('.') })),
    ).toBe('passport-signature');
  });

  test('a minute after its end, one seen before too', async () => {
    const old = await passport({});
    await door.admit(await aHop({ passport: old }));
    now = noon + 119_000;
    await expect(door.admit(await aHop({ passport: old }))).resolves.toBeDefined();
    now = noon + 120_000;
    expect(await refusalOf(await aHop({ passport: old }))).toBe('passport-times');
    expect(await refusalOf(await aHop({ passport: old }), aDoor())).toBe('passport-times');
  });

  test('captured at one gateway and sent by another with its own, right, signature', async () => {
    const captured = await passportOf('gw1', gw1);
    expect(await refusalOf(await aHop({ passport: captured, key: gw2ToGuangxi }))).toBe('passport-signature');
    await door.admit(await aHop({ passport: captured })); // known from its own gateway, still not the other's
    expect(await refusalOf(await aHop({ passport: captured, key: gw2ToGuangxi }))).toBe('passport-gateway');
  });

  test('forged in the name of another gateway', async () => {
    const forgery = await passport({ iss: 'gw1', party: 'GX' }, { key: gw2 });
    expect(await refusalOf(await aHop({ passport: forgery, key: gw2ToGuangxi }))).toBe('passport-gateway');
  });
});

describe('keys change while the door stands open', () => {
  test('hop keys: the new one is taken once it is listed, the old one until it is not, and what was sent once is not taken again', async () => {
    let keys: readonly HopKey[] = [gw1ToGuangxi];
    const changing = aDoor({ keys: () => keys });
    const sent = await aHop();
    await changing.admit(sent);
    expect(await refusalOf(await aHop({ key: gw1ToGuangxiNext }), changing)).toBe('key-unknown');
    keys = [gw1ToGuangxiNext, gw1ToGuangxi];
    expect(await refusalOf(sent, changing)).toBe('nonce-seen');
    await changing.admit(await aHop());
    await changing.admit(await aHop({ key: gw1ToGuangxiNext }));
    keys = [gw1ToGuangxiNext];
    expect(await refusalOf(await aHop(), changing)).toBe('key-unknown');
    await changing.admit(await aHop({ key: gw1ToGuangxiNext }));
  });

  test('keys of a gateway: two by their kid, one of them without; a key that was taken out takes its passports along, also known ones', async () => {
    const next = await aKey('gw1-next', 'EdDSA');
    const { kid: _kid, ...withoutKid } = gw1.publicJwk;
    let gateways = [{ id: 'gw1', key: withoutKid as JWK }];
    const changing = aDoor({ gateways: () => gateways });
    const { kid: _private, ...unnamed } = gw1.privateJwk;
    let signing: JWK = unnamed;
    const issuer = createPassportIssuer({ gatewayId: 'gw1', key: () => signing, clock: () => now, random: randomBytes });
    const old = await issuer.passportFor(accepted, 'guangxi');
    await changing.admit(await aHop({ passport: old }));

    gateways = [...gateways, { id: 'gw1', key: next.publicJwk }];
    await changing.admit(await aHop({ passport: old }));
    signing = next.privateJwk;
    const anew = await issuer.passportFor(accepted, 'guangxi');
    expect([old, anew].map((passport) => decodeProtectedHeader(passport).kid)).toEqual([undefined, 'gw1-next']);
    await changing.admit(await aHop({ passport: anew }));
    await changing.admit(await aHop({ passport: old }));

    gateways = [{ id: 'gw1', key: next.publicJwk }];
    await changing.admit(await aHop({ passport: anew }));
    expect(await refusalOf(await aHop({ passport: old }), changing)).toBe('passport-signature');
  });
});

test('a door is refused at the start with a key of another owner, a short one, one listed twice, or a private or doubled key of a gateway', () => {
  const wrong: Partial<HopDoorOptions>[] = [
    { keys: [{ id: 'gw1>gansu/1', secret: gw1ToGuangxi.secret }] },
    { keys: [{ id: 'gw1', secret: gw1ToGuangxi.secret }] },
    { keys: [{ id: 'gw1>guangxi/1', secret: 'short' }] },
    { keys: [gw1ToGuangxi, gw1ToGuangxi] },
    { gateways: [{ id: 'gw1', key: gw1.privateJwk }] },
    {
      gateways: [
        { id: 'gw1', key: gw1.publicJwk },
        { id: 'gw1', key: gw1.publicJwk },
      ],
    },
  ];
  for (const options of wrong) expect(() => aDoor(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
