import { expect, test } from 'vitest';
import { party } from './party.ts';

test('Chongqing has its port under the three codes in use, and rail terminals', () => {
  const port = party.facilities.find(({ noun }) => noun === 'port');
  expect([port?.UNLocationCode, ...(port?.UNLocationCodeAliases ?? [])]).toEqual(['CNCQI', 'CNCKG', 'CNCHQ']);
  expect(party.facilities.flatMap(({ localCode, facilityTypeCode }) => (facilityTypeCode === 'RAMP' ? [localCode] : []))).toEqual([
    'cq-tuanjiecun',
    'cq-yuzui',
  ]);
});
