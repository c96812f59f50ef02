import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalBytes, leafHash } from './leaf.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const at = '2026-11-24T05:48:00.123456Z';

test('RFC 6962, section 2.1: a leaf is SHA-256 of 0x00 and the data; the known leaves of the reference tree', () => {
  const leaves: [string, string][] = [
    ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    ['00', '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'],
    ['10', '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7'],
    ['2021', '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7'],
    ['3031', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'],
    ['40414243', '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658'],
    ['5051525354555657', 'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f'],
    ['606162636465666768696a6b6c6d6e6f', '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1'],
  ];
  expect(leaves.map(([data]) => [data, hex(leafHash(Buffer.from(data, 'hex')))])).toEqual(leaves);
});

test('a leaf is never the hash of its data alone, nor an inner node of the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
      const sha256 = (...parts: Uint8Array[]) => hex(createHash('sha256').update(Buffer.concat(parts)).digest());
      expect(hex(leafHash(data))).toBe(sha256(Uint8Array.of(0x00), data));
      expect([sha256(data), sha256(Uint8Array.of(0x01), data)]).not.toContain(hex(leafHash(data)));
    }),
  );
});

test('the bytes of an entry are RFC 8785 JSON in UTF-8 of its id, time and body, and nothing else', () => {
  const entry = {
    id: 'guangxi:access-log-entry:0123456789abcdef',
    body: { roles: ['customs'], party: 'CQ', 用途: 'clearance', n: 1.0 },
    at,
    position: 7,
  };
  expect(new TextDecoder().decode(canonicalBytes(entry))).toBe(
    `{"at":"${at}","body":{"n":1,"party":"CQ","roles":["customs"],"用途":"clearance"},"id":"guangxi:access-log-entry:0123456789abcdef"}`,
  );
});

test('every change of an entry changes its leaf, the order of its members does not', () => {
  const leaf = (entry: { id: string; at: string; body: unknown }) => hex(leafHash(canonicalBytes(entry)));
  const entry = { id: 'a', at, body: { x: [1, 2], y: null } };
  expect(leaf({ body: { y: null, x: [1, 2] }, at, id: 'a' })).toBe(leaf(entry));
  const changed = [
    { ...entry, id: 'b' },
    { ...entry, at: '2026-11-24T05:48:00.123457Z' },
    { ...entry, body: { x: [2, 1], y: null } },
    { ...entry, body: { x: [1, 2] } },
    { ...entry, body: null },
  ].map(leaf);
  expect(new Set([leaf(entry), ...changed]).size).toBe(changed.length + 1);
});

test('a time that is not UTC in microseconds is refused', () => {
  for (const other of [
    '2026-11-24T05:48:00.123Z',
    '2026-11-24 05:48:00.123456+00',
    '2026-11-24T13:48:00.123456+08:00',
    '2026-11-24T05:48:00Z',
    '',
  ]) {
    expect(() => canonicalBytes({ id: 'a', at: other, body: {} })).toThrow(TypeError);
  }
});
