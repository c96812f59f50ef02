import { expect, test } from 'vitest';
import { defaultCharacters, readOpening } from './una.ts';

const follows = 'UNB+UNOA:2+QZGATE+GXCORR';
const characters = (component: string, element: string, release: string, repetition: string, terminator: string) =>
  Object.fromEntries(
    Object.entries({ component, element, release, repetition, terminator }).map(([name, mark]) => [
      name,
      mark === '' ? -1 : mark.charCodeAt(0),
    ]),
  );

test('without UNA the default characters hold', () => {
  expect(readOpening(follows)).toEqual({ characters: characters(':', '+', '?', '', "'"), length: 0 });
  expect(defaultCharacters).toEqual(characters(':', '+', '?', '', "'"));
});

test.each([
  ["UNA:+.? '", characters(':', '+', '?', '', "'"), 9],
  ["UNA:+,?*'", characters(':', '+', '?', '*', "'"), 9],
  ['UNA=*.? ~', characters('=', '*', '?', '', '~'), 9],
  ["UNA:+.  '", characters(':', '+', '', '', "'"), 9],
  ["UNA:+.\r\n? '", characters(':', '+', '?', '', "'"), 11],
  ["una:+.? '", characters(':', '+', '?', '', "'"), 9],
])('%j gives its own characters', (una, expected, length) => {
  expect(readOpening(una + follows)).toEqual({ characters: expected, length });
});

test.each([
  ["UNA:+.'", characters(':', '+', '?', '', "'"), 7],
  ["UNA:+'", characters(':', '+', '?', '', "'"), 6],
  ["UNA:+.?'", characters(':', '+', '?', '', "'"), 8],
  ['UNA=*.~', characters('=', '*', '?', '', '~'), 7],
  ["UNA:+.!'\r\n", characters(':', '+', '!', '', "'"), 8],
  ['UNA:+.?', characters(':', '+', '?', '', "'"), 7],
  ['UNA:+.? ', characters(':', '+', '?', '', "'"), 7],
])('%j is cut short and still ends with the terminator', (una, expected, length) => {
  expect(readOpening(una + follows)).toEqual({ characters: expected, length, fault: 'UNA_SHORT' });
});

test.each(["UNA++.? '", 'UNAABCDEF', 'UNA:+.? é', 'UNA'])('%j cannot be used, the default characters hold', (una) => {
  expect(readOpening(una + (una.length > 3 ? follows : ''))).toMatchObject({ characters: defaultCharacters, fault: 'FIELD_INVALID' });
});

test('UNOB may part by the control characters of level B', () => {
  expect(readOpening('UNB\x1dUNOB\x1f1\x1dQZGATE')).toEqual({ characters: characters('\x1f', '\x1d', '', '', '\x1c'), length: 0 });
});
