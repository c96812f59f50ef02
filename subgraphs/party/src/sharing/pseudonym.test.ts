import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { granteeOf, pseudonymOf } from './pseudonym.ts';

const secret = new Uint8Array(32).fill(9);

test('a pseudonym is the same for one grantee, another for another grantee, firm or owner', () => {
  const one = pseudonymOf(secret, 'CQ', '91620000MA0000001X');
  expect(one).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
  expect(pseudonymOf(secret, 'CQ', '91620000MA0000001X')).toBe(one);
  const others = [
    pseudonymOf(secret, 'SG', '91620000MA0000001X'),
    pseudonymOf(secret, 'CQ', '91620000MA0000002X'),
    pseudonymOf(new Uint8Array(32), 'CQ', '91620000MA0000001X'),
    // the same letters, split elsewhere
    pseudonymOf(secret, 'CQ9', '1620000MA0000001X'),
  ];
  expect(new Set([one, ...others]).size).toBe(5);
});

test('it is the first 80 bits of an HMAC-SHA256', () => {
  const bytes = createHmac('sha256', secret).update('["pseudonym","CQ","firm"]').digest().subarray(0, 10);
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  expect(pseudonymOf(secret, 'CQ', 'firm')).toBe((bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join(''));
});

test('it is made for the firm that reads, else for its party', () => {
  expect([aFirm('GS/lz-forwarder'), anOfficer('CQ'), anonymous].map(granteeOf)).toEqual(['GS/lz-forwarder', 'CQ', 'PUBLIC']);
});
