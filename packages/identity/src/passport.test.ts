import { anonymous, type Caller } from '@corridor/schemas';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { createPassportIssuer, type PassportIssuer } from './passport.ts';
import { aKey } from './testing/keys.ts';
import { noon, realm } from './testing/tokens.ts';
import type { Accepted } from './verifier.ts';

const key = await aKey('gw1-2026', 'EdDSA');
let now = noon;
let drawn = 0;

function anIssuer(): PassportIssuer {
  now = noon;
  drawn = 0;
  return createPassportIssuer({
    gatewayId: 'gw1',
    key: key.privateJwk,
    clock: () => now,
    random: (bytes) => {
      drawn += 1;
      return new Uint8Array(bytes).fill(drawn);
    },
  });
}

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

test('a passport says who was accepted, to one owner, for a minute', async () => {
  const passport = await anIssuer().passportFor(accepted, 'guangxi');
  expect(decodeProtectedHeader(passport)).toEqual({ alg: 'EdDSA', typ: 'corridor-caller+jwt', kid: 'gw1-2026' });
  expect(decodeJwt(passport)).toEqual({
    iss: 'gw1',
    aud: 'guangxi',
    sub: 'subject-1',
    azp: 'lz-forwarder',
    party: 'GS',
    org: 'GS/lz-forwarder',
    roles: ['corridor-member', 'forwarder'],
    purpose: 'clearance',
    idp: realm,
    bnd: 'bearer',
    tok: 'AAECAwQFBgcICQoLDA0ODw',
    iat: noon / 1_000,
    exp: noon / 1_000 + 60,
    jti: 'AQEBAQEBAQEBAQEBAQEBAQ',
  });
  expect(passport.length).toBeLessThan(700);
});

test('an anonymous caller has a passport that names nobody', async () => {
  const passport = await anIssuer().passportFor({ caller: anonymous, tokenDigest: null, expiresAt: null, binding: 'none' }, 'gansu');
  expect(decodeJwt(passport)).toEqual({
    iss: 'gw1',
    aud: 'gansu',
    bnd: 'none',
    iat: noon / 1_000,
    exp: noon / 1_000 + 60,
    jti: 'AQEBAQEBAQEBAQEBAQEBAQ',
  });
});

test('a passport ends with the token', async () => {
  const passport = await anIssuer().passportFor({ ...accepted, expiresAt: noon + 20_000 }, 'guangxi');
  expect(decodeJwt(passport).exp).toBe(noon / 1_000 + 20);
});

test('one passport serves a token, an owner and a purpose until 15 s before its end', async () => {
  const issuer = anIssuer();
  const [first, same] = await Promise.all([issuer.passportFor(accepted, 'guangxi'), issuer.passportFor({ ...accepted }, 'guangxi')]);
  expect(same).toBe(first);
  now = noon + 44_999;
  expect(await issuer.passportFor(accepted, 'guangxi')).toBe(first);
  now = noon + 45_000;
  expect(await issuer.passportFor(accepted, 'guangxi')).not.toBe(first);
  expect(drawn).toBe(2);
});

test('another owner, purpose or token has another passport', async () => {
  const issuer = anIssuer();
  const passports = await Promise.all([
    issuer.passportFor(accepted, 'guangxi'),
    issuer.passportFor(accepted, 'gansu'),
    issuer.passportFor({ ...accepted, caller: { ...caller, purpose: 'statistics' } }, 'guangxi'),
    issuer.passportFor({ ...accepted, tokenDigest: 'EBESExQVFhcYGRobHB0eHw' }, 'guangxi'),
  ]);
  expect(new Set(passports).size).toBe(4);
});

test('a key that is public or no Ed25519 key is refused at the start', async () => {
  const rsa = await aKey('rsa');
  for (const wrong of [key.publicJwk, rsa.privateJwk]) {
    const build = (): PassportIssuer =>
      createPassportIssuer({ gatewayId: 'gw1', key: wrong, clock: () => now, random: (n) => new Uint8Array(n) });
    expect(build).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
