import { expect, test } from 'vitest';
import { ownerOfRegistryCode } from '../parties.ts';
import { locationOf, locations } from './locations.ts';

test('a code of the corridor leads to its place, its party and its time zone', () => {
  expect(locationOf('cnqzh')).toEqual({
    location: {
      UNLocationCode: 'CNQZH',
      name: { zh: '钦州', en: 'Qinzhou' },
      party: 'guangxi',
      registryCode: 'GX',
      timeZone: 'Asia/Shanghai',
      aliases: [],
      withdrawn: [],
      commonErrors: [{ code: 'CNQIN', why: 'Qingdao' }],
      verified: 'VERIFIED',
      origin: 'UN/LOCODE 2014-1, in use 2026-07',
    },
  });
});

test.each([
  ['CNBHY', 'CNBIH'],
  ['CNCKG', 'CNCQI'],
  ['CNCHQ', 'CNCQI'],
  ['CNKWE', 'CNGYA'],
  ['CNLHW', 'CNLAZ'],
  ['CNNIG', 'CNNIN'],
  ['CNNNG', 'CNNIN'],
])('%s is another code for %s', (alias, code) => {
  expect(locationOf(alias)).toEqual(locationOf(code));
});

test.each([
  ['CNBHP', 'withdrawn; CNBIH may be meant'],
  ['CNLZD', 'withdrawn; CNLAZ may be meant'],
  ['CNLZH', 'Liuzhou, Guangxi; CNLAZ may be meant'],
  ['CNQIN', 'Qingdao; CNQZH may be meant'],
  ['CNFCG', 'does not exist; CNFAN may be meant'],
  ['CNFGC', 'does not exist; CNFAN may be meant'],
  ['CNSIK', 'another Shuikou, in Guangdong; CNSKO may be meant'],
  ['VNLSN', 'not in UN/LOCODE 2022-1; VNLGS may be meant'],
])('%s leads nowhere and says why', (code, detail) => {
  expect(locationOf(code)).toEqual({ finding: { code: 'LOCATION_WITHDRAWN', severity: 'warning', value: code, detail } });
});

test('a place outside the corridor is unknown, not wrong', () => {
  expect(locationOf('NLRTM')).toEqual({ finding: { code: 'LOCATION_UNKNOWN', severity: 'warning', value: 'NLRTM' } });
});

test('every place lies with the owner of its registry code, in a zone that exists, under a code that is used once', () => {
  const codes = locations.flatMap(({ UNLocationCode, aliases, withdrawn, commonErrors }) => [
    UNLocationCode,
    ...aliases,
    ...withdrawn,
    ...commonErrors.map(({ code }) => code),
  ]);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { party, registryCode, timeZone } of locations) {
    expect(registryCode === null ? null : ownerOfRegistryCode(registryCode)?.code).toBe(party);
    expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
  }
});
