import { expect, test } from 'vitest';
import { party } from './party.ts';

test('Guizhou has inland terminals and no port', () => {
  expect([party.audience, new Set(party.facilities.map(({ noun }) => noun))]).toEqual(['subgraph-gz', new Set(['terminal'])]);
});
