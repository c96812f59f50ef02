import { expect, test } from 'vitest';
import { party } from './party.ts';

test('Gansu knows its forwarder by its registration number', () => {
  expect(party.organisations.find(({ org }) => org === 'GS/lz-forwarder')?.identifications).toEqual([
    { scheme: 'USCC', identification: '91620100MA0000015W' },
  ]);
});
