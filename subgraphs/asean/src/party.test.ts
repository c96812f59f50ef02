import { expect, test } from 'vitest';
import { party } from './party.ts';

test('every controller of the adapter bears its member', () => {
  expect(party.controllers.filter((controller) => !/^(SG|VN|TH|MY|LA)\./.test(controller))).toEqual([]);
});

test('the other side of a land crossing is a place of Guangxi', () => {
  expect(party.facilities.flatMap(({ counterpart }) => counterpart?.UNLocationCode ?? [])).toEqual(['CNYYG', 'CNDOX']);
});
