import { expect, test } from 'vitest';
import { controllerKinds, controllerOf } from './controllers.ts';

test('a party of one member writes the kind alone', () => {
  expect(controllerOf('guangxi', 'maritime')).toEqual({
    controllerCode: 'maritime',
    kind: 'maritime',
    member: null,
    name: { zh: '海事', en: 'Maritime authority' },
    role: 'maritime-authority',
  });
});

test('a party of several members writes the member before it', () => {
  expect(controllerOf('asean', 'SG.customs')).toEqual({
    controllerCode: 'SG.customs',
    kind: 'customs',
    member: 'SG',
    name: { zh: '海关', en: 'Customs' },
    role: 'customs',
  });
});

test.each([
  ['guangxi', 'toll-office'],
  ['guangxi', 'constructor'],
  ['guangxi', ''],
  ['guangxi', 'Customs'],
  ['guangxi', 'SG.customs'],
  ['guangxi', 'GX.customs'],
  ['asean', 'customs'],
  ['asean', 'GX.customs'],
  ['asean', 'XX.customs'],
  ['nowhere', 'GX.customs'],
])('%s has no controller %j', (party, controllerCode) => {
  expect(controllerOf(party, controllerCode)).toBeUndefined();
});

test('every kind of the list is a controller', () => {
  expect(Object.keys(controllerKinds).filter((kind) => controllerOf('gansu', kind) === undefined)).toEqual([]);
});
