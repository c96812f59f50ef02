import { expect, test } from 'vitest';
import { CorridorError, errors, errorText } from './errors.ts';
import { languageOf } from './localized.ts';

test('every code has words in Chinese and in English, and says what to do', () => {
  const lacking = Object.entries(errors).filter(
    ([, row]) =>
      ![row.zh, row.act.zh].every((text) => /\p{Script=Han}/u.test(text)) || ![row.en, row.act.en].every((text) => /[a-z]{2}/.test(text)),
  );
  expect(lacking).toEqual([]);
});

test('a code inside a partial answer leaves the answer at 200, a refused request never does', () => {
  const wrong = Object.entries(errors).filter(([, row]) =>
    row.where === 'answer' ? row.status !== 200 : row.where === 'request' && row.status < 400,
  );
  expect(wrong).toEqual([]);
});

test('an error speaks the language asked for and keeps its detail', () => {
  const error = new CorridorError('CURSOR_INVALID', { detail: 'after' });
  expect([error.text('zh'), error.text('en'), error.message]).toEqual([
    '游标无效：after',
    'The cursor is not valid here: after',
    'The cursor is not valid here: after',
  ]);
  expect(errorText('CURSOR_INVALID', 'zh')).toBe('游标无效');
});

test.each([
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en;q=0.5, zh;q=0.8', 'zh'],
  ['fr, en;q=0.1', 'en'],
  ['zh;q=0, en', 'en'],
  [undefined, 'en'],
] as const)('Accept-Language %s is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});
