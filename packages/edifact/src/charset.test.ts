import { expect, test } from 'vitest';
import { charsetNamed, charsetOfEncoding, charsetOfSyntax, decode } from './charset.ts';

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const fine = { mismatch: false, surrogates: false };

test('the syntax identifier of UNB names the character set', () => {
  expect(['UNOA', 'UNOB', 'UNOC', 'UNOE', 'UNOY', 'UNOW', 'unoc', 'UNOX'].map(charsetOfSyntax)).toEqual([
    'US-ASCII',
    'US-ASCII',
    'ISO-8859-1',
    'ISO-8859-5',
    'UTF-8',
    'UTF-8',
    'ISO-8859-1',
    undefined,
  ]);
});

test('the character encoding of syntax version 4 goes before, and may be a name', () => {
  expect(['1', '7', 'GB18030', 'GBK', '3', ''].map(charsetOfEncoding)).toEqual([
    'US-ASCII',
    'UTF-8',
    'GB18030',
    'GB18030',
    undefined,
    undefined,
  ]);
});

test('a partner profile may call its character set as it likes', () => {
  expect(['GB18030', 'gbk', 'GB2312', 'utf-8', 'iso-8859-1', 'Big5'].map(charsetNamed)).toEqual([
    'GB18030',
    'GB18030',
    'GB18030',
    'UTF-8',
    'ISO-8859-1',
    undefined,
  ]);
});

test('Latin-1 is ISO 8859-1 and not windows-1252', () => {
  expect(decode('caf\xe9 \x80', 'ISO-8859-1')).toEqual({ text: 'café \x80', mismatch: true, surrogates: false });
  expect(decode('caf\xe9', 'ISO-8859-1')).toEqual({ text: 'café', ...fine });
});

test('Cyrillic capitals stay Cyrillic though their bytes happen to be UTF-8', () => {
  expect(decode('\xc2\xb0\xc2\xb0', 'ISO-8859-5')).toEqual({ text: 'ТАТА', ...fine });
  expect(decode(utf8('река'), 'ISO-8859-5')).toEqual({ text: 'река', mismatch: true, surrogates: false });
});

test('Chinese in GB 18030 is read where the profile says so', () => {
  expect(decode('\xc7\xd5\xd6\xdd\xb8\xdb', 'GB18030')).toEqual({ text: '钦州港', ...fine });
  expect(decode('\x81\x30\x81\x30', 'GB18030')).toEqual({ text: '\u0080', ...fine });
  expect(decode('\xc7', 'GB18030')).toEqual({ text: 'Ç', mismatch: true, surrogates: false });
});

test('bytes that contradict their set are UTF-8 where they are valid UTF-8, else Latin-1', () => {
  expect(decode(utf8('钦州'), 'US-ASCII')).toEqual({ text: '钦州', mismatch: true, surrogates: false });
  expect(decode('caf\xe9', 'US-ASCII')).toEqual({ text: 'café', mismatch: true, surrogates: false });
  expect(decode(utf8('钦州'), 'ISO-8859-1')).toEqual({ text: '钦州', mismatch: true, surrogates: false });
  expect(decode(utf8('钦州'), 'UTF-8')).toEqual({ text: '钦州', ...fine });
  expect(decode('caf\xe9', 'UTF-8')).toEqual({ text: 'café', mismatch: true, surrogates: false });
});

test('surrogates that were coded as characters are told apart', () => {
  expect(decode('a\xed\xa0\xbdb', 'UTF-8')).toEqual({ text: 'a\ufffdb', mismatch: false, surrogates: true });
});
