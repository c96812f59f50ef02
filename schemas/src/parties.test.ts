import { expect, test } from 'vitest';
import { isPartyCode, ownerOfRegistryCode, partyOf, regionOf } from './parties.ts';

test('the registry, not a token, says which owner answers for a code and where it lies', () => {
  expect([ownerOfRegistryCode('SG')?.code, ownerOfRegistryCode('GX')?.code, ownerOfRegistryCode('XX')]).toEqual([
    'asean',
    'guangxi',
    undefined,
  ]);
  expect([regionOf('GS'), regionOf('VN'), regionOf('XX')]).toEqual(['mainland', 'foreign', 'foreign']);
  expect([isPartyCode('guizhou'), isPartyCode('GZ')]).toEqual([true, false]);
});

test('an owner id nobody registered is our own mistake', () => {
  expect(() => partyOf('atlantis')).toThrow('no party is registered as atlantis');
});
