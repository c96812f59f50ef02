import { expect, test } from 'vitest';
import { box, coarri, codeco, coparn, iftsta, interchange, onlyMessage, terminal } from '../made-messages.ts';
import { mapCoarri } from './coarri.ts';
import { mapCodeco } from './codeco.ts';
import { mapCoparn } from './coparn.ts';
import { mapIftsta } from './iftsta.ts';
import { mapMessage } from './map-message.ts';

test.each([
  ['gate', codeco(), mapCodeco],
  ['handling', coarri(), mapCoarri],
  ['status', iftsta(), mapIftsta],
  ['order', coparn(), mapCoparn],
] as const)('a message that tells of %s goes to its mapper', (kind, text, mapper) => {
  const message = onlyMessage(interchange([text]));
  expect(mapMessage(message, terminal)).toEqual(mapper(message, terminal));
  expect(mapMessage(message, terminal).facts.map((fact) => fact.kind)).toEqual([kind]);
});

test.each([
  ['BAPLIE:D:95B:UN', 'BAPLIE D.95B', 'taken: COARRI, CODECO, COPARN, IFTSTA'],
  ['constructor:D:95B:UN', 'CONSTRUCTOR D.95B', 'taken: COARRI, CODECO, COPARN, IFTSTA'],
  ['CODECO:D:99B:UN', 'CODECO D.99B', 'taken: CODECO of D.95B or D.00B'],
])('%s has no mapper: one error, and nothing else', (type, value, detail) => {
  expect(mapMessage(onlyMessage(interchange([codeco({ type })])), terminal)).toEqual({
    function: 'ORIGINAL',
    documentNumber: null,
    facts: [],
    findings: [{ code: 'MESSAGE_TYPE_UNSUPPORTED', severity: 'error', segment: 2, tag: 'UNH', element: 2, component: 1, value, detail }],
    lost: [],
  });
});

test('a long header is not walked again for each of many boxes', () => {
  const header = Array.from({ length: 40_000 }, () => 'DTM+7');
  const groups = Array.from({ length: 40_000 }, () => ['EQD+CN+A']);
  // Walked each time, it is 40,000 times 40,000 steps: minutes, which the test's time-out would not wait for.
  expect(mapMessage(onlyMessage(interchange([codeco({ header, groups: [...groups, box] })])), terminal).facts).toEqual([]);
});
