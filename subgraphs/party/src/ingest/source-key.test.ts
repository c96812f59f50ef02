import { expect, test } from 'vitest';
import { type MessageOrigin, messageKeyOf, partsOfSourceKey, sortablePreparation, sourceKeyOf } from './source-key.ts';

const origin: MessageOrigin = {
  sender: 'QZBICT',
  preparedAt: '260726:1200',
  interchangeReference: '1',
  messageReference: '1',
  messageType: 'CODECO',
  bodySha256: 'ab',
};

test.each<[string, Partial<MessageOrigin>]>([
  ['sender', { sender: 'OTHER' }],
  ['time of the interchange', { preparedAt: '260727:1200' }],
  ['interchange reference', { interchangeReference: '2' }],
  ['message reference', { messageReference: '2' }],
  ['bytes', { bodySha256: 'cd' }],
])('another %s is another message', (_, other) => {
  expect(sourceKeyOf({ ...origin, ...other })).not.toBe(sourceKeyOf(origin));
});

test('the same reference is noticed whatever the bytes and the time', () => {
  expect(messageKeyOf({ ...origin, bodySha256: 'cd', preparedAt: '260727:1200' })).toBe(messageKeyOf(origin));
});

test('a reference with separators in it is not taken for two', () => {
  const one = sourceKeyOf({ ...origin, interchangeReference: '1","1', messageReference: '1' });
  const other = sourceKeyOf({ ...origin, interchangeReference: '1', messageReference: '1","1' });
  expect(one).not.toBe(other);
});

test('a stored key tells its sender and time', () => {
  expect(partsOfSourceKey(sourceKeyOf(origin))).toEqual({ sender: 'QZBICT', preparedAt: '260726:1200' });
});

test('times of six and of eight digits compare as times', () => {
  expect(sortablePreparation('260726:1200')).toBe(sortablePreparation('20260726:1200'));
});
