import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DocumentEvent, type DocumentMessage, type MessageFunction, verdictsOf } from './correction.ts';
import { sourceKeyOf } from './source-key.ts';

const key = (name: string, minute: number): string =>
  sourceKeyOf({
    sender: 'QZBICT',
    preparedAt: `260726:12${String(minute).padStart(2, '0')}`,
    interchangeReference: name,
    messageReference: '1',
    messageType: 'CODECO',
    bodySha256: name,
  });
const message = (name: string, minute: number, messageFunction: MessageFunction): DocumentMessage => ({
  sourceKey: key(name, minute),
  messageFunction,
});
const event = (id: string, name: string, minute: number, box = 'LSCU1000016', line = 1): DocumentEvent => ({
  id,
  sourceKey: key(name, minute),
  line,
  equipmentReference: box,
  equipmentEventTypeCode: 'GTIN',
  eventClassifierCode: 'ACT',
});
const stands = { retracted: false, retractedEventID: null };
const retracted = { retracted: true, retractedEventID: null };

test('an original stands', () => {
  expect(verdictsOf([message('a', 0, 'ORIGINAL')], [event('a1', 'a', 0)])).toEqual(new Map([['a1', stands]]));
});

test('a replacement retracts the original and names the event it stands for', () => {
  const verdicts = verdictsOf([message('a', 0, 'ORIGINAL'), message('b', 5, 'REPLACE')], [event('a1', 'a', 0), event('b1', 'b', 5)]);
  expect(Object.fromEntries(verdicts)).toEqual({ a1: retracted, b1: { retracted: false, retractedEventID: 'a1' } });
});

test('a second replacement retracts the first', () => {
  const messages = [message('a', 0, 'ORIGINAL'), message('b', 5, 'REPLACE'), message('c', 9, 'REPLACE')];
  const verdicts = verdictsOf(messages, [event('a1', 'a', 0), event('b1', 'b', 5), event('c1', 'c', 9)]);
  expect(Object.fromEntries(verdicts)).toEqual({
    a1: retracted,
    b1: { retracted: true, retractedEventID: 'a1' },
    c1: { retracted: false, retractedEventID: 'b1' },
  });
});

test('a box that a replacement leaves out is retracted without a successor', () => {
  const events = [event('a1', 'a', 0), event('a2', 'a', 0, 'LSCU1000021', 2), event('b1', 'b', 5, 'LSCU1000021')];
  expect(Object.fromEntries(verdictsOf([message('a', 0, 'ORIGINAL'), message('b', 5, 'REPLACE')], events))).toEqual({
    a1: retracted,
    a2: retracted,
    b1: { retracted: false, retractedEventID: 'a2' },
  });
});

test('a change touches the boxes it names and no other', () => {
  const events = [event('a1', 'a', 0), event('a2', 'a', 0, 'LSCU1000021', 2), event('b1', 'b', 5, 'LSCU1000021')];
  expect(Object.fromEntries(verdictsOf([message('a', 0, 'ORIGINAL'), message('b', 5, 'CHANGE')], events))).toEqual({
    a1: stands,
    a2: retracted,
    b1: { retracted: false, retractedEventID: 'a2' },
  });
});

test('a cancellation takes all back, also when it was sent within the same minute', () => {
  expect(Object.fromEntries(verdictsOf([message('z', 0, 'CANCEL'), message('a', 0, 'ORIGINAL')], [event('a1', 'a', 0)]))).toEqual({
    a1: retracted,
  });
});

test('a sender whose document numbers repeat starts anew with each original', () => {
  const messages = [message('a', 0, 'ORIGINAL'), message('b', 5, 'ORIGINAL'), message('c', 9, 'CANCEL')];
  expect(Object.fromEntries(verdictsOf(messages, [event('a1', 'a', 0), event('b1', 'b', 5)]))).toEqual({ a1: stands, b1: retracted });
});

test('a cancellation that finds nothing waits for its original, even if that was made later', () => {
  expect(Object.fromEntries(verdictsOf([message('a', 0, 'CANCEL'), message('b', 5, 'ORIGINAL')], [event('b1', 'b', 5)]))).toEqual({
    b1: retracted,
  });
});

test('a replacement that finds nothing waits for its original', () => {
  expect(
    Object.fromEntries(verdictsOf([message('a', 0, 'REPLACE'), message('b', 5, 'ORIGINAL')], [event('a1', 'a', 0), event('b1', 'b', 5)])),
  ).toEqual({
    a1: { retracted: false, retractedEventID: 'b1' },
    b1: retracted,
  });
});

test('a replacement without an original stands, for nothing', () => {
  expect(Object.fromEntries(verdictsOf([message('b', 5, 'REPLACE')], [event('b1', 'b', 5)]))).toEqual({ b1: stands });
});

test('the order of arrival does not matter, and of one box of one document at most one event stands per original', () => {
  const functions = fc.constantFrom<MessageFunction>('ORIGINAL', 'REPLACE', 'CHANGE', 'CANCEL');
  const minutes = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), functions), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(minutes, fc.infiniteStream(fc.nat()), (sent, order) => {
      const messages = sent.map(([minute, as], index) => message(`m${index}`, minute, as));
      const events = sent.flatMap(([minute, as], index) => (as === 'CANCEL' ? [] : [event(`e${index}`, `m${index}`, minute)]));
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => [order.next().value, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item);
      const verdicts = verdictsOf(messages, events);
      expect(verdictsOf(shuffled(messages), shuffled(events))).toEqual(verdicts);
      const standing = [...verdicts.values()].filter((verdict) => !verdict.retracted).length;
      const originals = sent.filter(([, as]) => as === 'ORIGINAL').length;
      expect(standing).toBeLessThanOrEqual(originals + 1);
    }),
  );
});

test('an actual time does not stand for a plan of the same box, nor a plan for an actual time', () => {
  const messages = [message('a', 1, 'ORIGINAL'), message('b', 2, 'REPLACE')];
  const planned: DocumentEvent = { ...event('p', 'a', 1), eventClassifierCode: 'PLN' };
  expect([...verdictsOf(messages, [planned, event('e', 'b', 2)])]).toEqual([
    ['p', { retracted: true, retractedEventID: null }],
    ['e', { retracted: false, retractedEventID: null }],
  ]);
});
