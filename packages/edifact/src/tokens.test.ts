import { expect, test } from 'vitest';
import { bytes, codeco, interchange } from './made-messages.ts';
import type { Segment } from './segment.ts';
import { Tokenizer, type TokenizerOptions } from './tokens.ts';

function tokens(text: string, options?: TokenizerOptions) {
  const tokenizer = new Tokenizer(options);
  const segments = [...tokenizer.push(bytes(text)), ...tokenizer.end()];
  return { segments, findings: tokenizer.findings, charset: tokenizer.charset };
}
const elementsOf = (text: string, options?: TokenizerOptions): Segment['elements'][] =>
  tokens(text, options).segments.map(({ elements }) => elements);
const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

test('a segment is its tag and its elements, each with its components, and knows its bytes', () => {
  expect(tokens("UNH+1+CODECO:D:95B:UN'BGM+34++9'")).toEqual({
    segments: [
      { tag: 'UNH', elements: [['1'], ['CODECO', 'D', '95B', 'UN']], index: 1, offset: 0, end: 22 },
      { tag: 'BGM', elements: [['34'], [''], ['9']], index: 2, offset: 22, end: 32 },
    ],
    findings: [],
    charset: 'UTF-8',
  });
});

test('empty elements and components are kept, trailing ones too', () => {
  expect(elementsOf("LOC+9++'DTM+132:::'")).toEqual([[['9'], [''], ['']], [['132', '', '', '']]]);
});

test('a segment without elements has none', () => {
  expect(elementsOf("UNS'UNS+'")).toEqual([[], [['']]]);
});

test.each([
  ["FTX+A?+B?:C?'D??'", [["A+B:C'D?"]]],
  ["FTX+END??'", [['END?']]],
  ["FTX+???''", [["?'"]]],
  ["FTX+?A?B'", [['AB']]],
  ["F?TX+A'", [['A']]],
  ["FTX+A?\r\n+B'", [['A+B']]],
])('%j: the release character takes the meaning off what follows', (text, elements) => {
  expect(elementsOf(text)).toEqual([elements]);
});

test('no release character: the question mark is a letter', () => {
  expect(elementsOf("UNA:+.  'FTX+A?+B'")).toEqual([[['A?'], ['B']]]);
});

test('own separators part, the default ones are letters then', () => {
  expect(elementsOf("UNA=*.! ~FTX*A+B=C:D'*!~E~")).toEqual([[['A+B', "C:D'"], ['~E']]]);
});

test('the special characters of UNOB are letters', () => {
  expect(elementsOf(`UNB+UNOB:2+A+B'FTX+!"%&*;<>=()-,./ a'`)[1]).toEqual([['!"%&*;<>=()-,./ a']]);
});

test('the control characters of UNOB part a whole interchange', () => {
  expect(elementsOf("UNB\x1dUNOB\x1f1\x1dQZGATE\x1dGXCORR\x1cFTX\x1dA+B:C?'\x1c")).toEqual([
    [['UNOB', '1'], ['QZGATE'], ['GXCORR']],
    [["A+B:C?'"]],
  ]);
});

test('a repeated element gives its first occurrence, the others stand apart', () => {
  const [, segment] = tokens("UNA:+.?*'UNB+UNOC:4+A+B'RFF+BN:1*BM:2*CT+X'").segments;
  expect(segment).toMatchObject({
    elements: [['BN', '1'], ['X']],
    repeats: [
      { element: 0, components: ['BM', '2'] },
      { element: 0, components: ['CT'] },
    ],
  });
});

test('without UNA the asterisk repeats from syntax version 4 on, and is a letter before', () => {
  expect(elementsOf("UNB+UNOC:4+A+B'RFF+1*2'")[1]).toEqual([['1']]);
  expect(elementsOf("UNB+UNOC:3+A+B'RFF+1*2'")[1]).toEqual([['1*2']]);
  expect(elementsOf("UNA:+.? 'UNB+UNOC:4+A+B'RFF+1*2'")[1]).toEqual([['1*2']]);
});

test('lines wrapped at a fixed column, in data and in tags, read as if they were not', () => {
  const text = interchange();
  const wrapped = text.replace(/.{10}/g, '$&\r\n');
  expect(elementsOf(wrapped)).toEqual(elementsOf(text));
  expect(tokens(wrapped).segments.map(({ tag }) => tag)).toEqual(tokens(text).segments.map(({ tag }) => tag));
  expect(tokens(wrapped).findings).toEqual([]);
});

test('white space, line breaks and a byte order mark before a tag are skipped', () => {
  const { segments, findings } = tokens(" \t\r\n\xef\xbb\xbfUNA:+.? '\r\n  UNB+UNOA:2+A+B'\n\n\xef\xbb\xbfUNH+1+X'\x1a");
  expect(segments.map(({ tag, offset }) => [tag, offset])).toEqual([
    ['UNB', 20],
    ['UNH', 40],
  ]);
  expect(findings).toEqual([]);
});

test('lower case is read, tags in it too', () => {
  expect(tokens("unh+1+codeco'").segments[0]).toMatchObject({ tag: 'UNH', elements: [['1'], ['codeco']] });
});

test('nesting numbers behind a tag are left out', () => {
  expect(tokens("LIN:1:2+5'").segments[0]).toMatchObject({ tag: 'LIN', elements: [['5']] });
});

test('an empty segment is a finding and no segment', () => {
  const { segments, findings } = tokens("UNS+A''\r\n'UNS+B'");
  expect(segments.map(({ index }) => index)).toEqual([1, 2]);
  expect(findings).toEqual([
    { code: 'SEGMENT_EMPTY', severity: 'info', segment: 2 },
    { code: 'SEGMENT_EMPTY', severity: 'info', segment: 2 },
  ]);
});

test('input that ends inside a segment is a finding, and the segment is given', () => {
  expect(tokens("UNS+A'RFF+BN:12")).toMatchObject({
    segments: [{ tag: 'UNS' }, { tag: 'RFF', elements: [['BN', '12']], end: 15 }],
    findings: [{ code: 'SEGMENT_UNTERMINATED', severity: 'error', segment: 2, tag: 'RFF' }],
  });
});

test('the last terminator alone is missing: a warning, for nothing is lost', () => {
  expect(tokens('UNZ+1+IC0001').findings).toEqual([{ code: 'SEGMENT_UNTERMINATED', severity: 'warning', segment: 1, tag: 'UNZ' }]);
});

test('UNA cut short is a finding of the first segment', () => {
  expect(tokens("UNA:+.'UNB+UNOA:2+A+B'").findings).toEqual([
    { code: 'UNA_SHORT', severity: 'warning', segment: 1, tag: 'UNA', value: "UNA:+.'" },
  ]);
});

test.each([
  ['UNOA:2', utf8('钦州港'), '钦州港', 'US-ASCII', ['CHARSET_MISMATCH']],
  ['UNOA:2', 'caf\xe9', 'café', 'US-ASCII', ['CHARSET_MISMATCH']],
  ['UNOC:3', 'caf\xe9', 'café', 'ISO-8859-1', []],
  ['UNOC:3', utf8('é'), 'é', 'ISO-8859-1', ['CHARSET_MISMATCH']],
  ['UNOE:3', '\xbf\xde\xe0\xe2', 'Порт', 'ISO-8859-5', []],
  ['UNOY:3', utf8('钦州港'), '钦州港', 'UTF-8', []],
  ['UNOW:4', utf8('钦州港'), '钦州港', 'UTF-8', []],
  ['UNOW:4', 'caf\xe9', 'café', 'UTF-8', ['CHARSET_MISMATCH']],
  ['UNOX:3', utf8('钦州港'), '钦州港', 'UTF-8', ['CODE_UNKNOWN']],
  ['GBK:3', '\xc7\xd5\xd6\xdd\xb8\xdb', '钦州港', 'GB18030', []],
  ['UNOX:4::GB18030', '\xc7\xd5\xd6\xdd\xb8\xdb', '钦州港', 'GB18030', []],
  ['UNOC:4::7', utf8('钦州港'), '钦州港', 'UTF-8', []],
])('%s with %j reads as %s', (syntax, sent, text, charset, codes) => {
  const result = tokens(`UNB+${syntax}+A+B'FTX+${sent}'`);
  expect(result.segments[1]?.elements).toEqual([[text]]);
  expect(result.charset).toBe(charset);
  expect(result.findings.map(({ code }) => code)).toEqual(codes);
});

test('the character set of the profile holds against UNB', () => {
  expect(elementsOf("UNB+UNOA:2+A+B'FTX+\xc7\xd5\xd6\xdd'", { charset: 'GB18030' })[1]).toEqual([['钦州']]);
});

test('a second byte of GB 18030 that looks like a separator of the sender is none', () => {
  // 0x7E is the terminator here, and the second byte of 亊
  expect(elementsOf('UNA=*.? ~FTX*\x81\x7e*B~', { charset: 'GBK' })).toEqual([[['亊'], ['B']]]);
});

test('a broken first byte of GB 18030 does not swallow the terminator', () => {
  expect(elementsOf("FTX+A\xc7'FTX+B'", { charset: 'GB18030' })).toHaveLength(2);
});

test('a line wrapped inside a character of several bytes does no harm', () => {
  const [first, ...rest] = utf8('钦');
  expect(elementsOf(`UNB+UNOY:3+A+B'FTX+${first}\r\n${rest.join('')}'`)[1]).toEqual([['钦']]);
});

test('a wrong character set is told once a message', () => {
  const { findings } = tokens(`UNB+UNOA:2+A+B'UNH+1+X'FTX+${utf8('钦')}'FTX+${utf8('州')}'UNT+4+1'UNH+2+X'FTX+${utf8('港')}'UNT+3+2'`);
  expect(findings.map(({ code, segment }) => [code, segment])).toEqual([
    ['CHARSET_MISMATCH', 3],
    ['CHARSET_MISMATCH', 7],
  ]);
});

test('NUL is an error of its segment and stands as a replacement character', () => {
  expect(tokens("FTX+A\0B'")).toMatchObject({
    segments: [{ elements: [['A\ufffdB']] }],
    findings: [{ code: 'CHARACTER_NOT_STORABLE', severity: 'error', segment: 1, tag: 'FTX', detail: 'NUL' }],
  });
});

test('a lone surrogate is an error of its segment and stands as a replacement character', () => {
  expect(tokens("UNB+UNOY:3+A+B'FTX+A\xed\xa0\x80B'")).toMatchObject({
    segments: [{}, { elements: [['A\ufffdB']] }],
    findings: [{ code: 'CHARACTER_NOT_STORABLE', severity: 'error', segment: 2 }],
  });
});

test('a segment that is too long is cut, is an error, and the next one is read', () => {
  const { segments, findings } = tokens(`FTX+A+${'x'.repeat(100)}+B'UNS+D'`, { limits: { segmentBytes: 50 } });
  expect(segments.map(({ tag, elements }) => [tag, elements])).toEqual([
    ['FTX', [['A']]],
    ['UNS', [['D']]],
  ]);
  expect(findings).toMatchObject([{ code: 'LIMIT_EXCEEDED', severity: 'error', segment: 1, tag: 'FTX' }]);
});

test('a segment has at most as many components as the limit says', () => {
  const limits = { segmentComponents: 3 };
  expect(tokens("FTX+A:B+C'", { limits }).findings).toEqual([]);
  expect(tokens("FTX+A:B+C:D'", { limits })).toMatchObject({
    segments: [{ elements: [['A', 'B'], ['C']] }],
    findings: [{ code: 'LIMIT_EXCEEDED', severity: 'error', segment: 1 }],
  });
});

test('input beyond the limit of bytes or of segments is not read any further', () => {
  for (const limits of [{ interchangeBytes: 12 }, { segments: 2 }]) {
    const { segments, findings } = tokens("UNS+A'UNS+B'UNS+C'", { limits });
    expect(segments).toHaveLength(2);
    expect(findings).toMatchObject([{ code: 'LIMIT_EXCEEDED', severity: 'error' }]);
  }
});

test('a character set of the profile that nobody knows is a warning', () => {
  expect(tokens("UNS'", { charset: 'EBCDIC' }).findings).toMatchObject([{ code: 'CODE_UNKNOWN', severity: 'warning', value: 'EBCDIC' }]);
});

test('every split offset gives equal segments and findings', () => {
  const texts: [string, TokenizerOptions?][] = [
    [`\xef\xbb\xbfUNA:+.?*'\r\n${interchange([codeco(), codeco()], 'UNOW:4')}`],
    [`UNA:+.'\n${interchange().replaceAll("'", "'\r\n")}`],
    [`UNB+UNOY:3+A+B'UNH+1+X'FTX+?${utf8('钦')}?\r\n+${utf8('州港')}''\r\nUNT+3+1'UNZ`],
    [`UNA=*.? ~FTX*\x81\x7e*B~FTX*\x81\x30\x81\x30~FTX*A`, { charset: 'GB18030' }],
    [`UNS+A'FTX+A+${'x'.repeat(60)}:y+B'FTX+1:2:3:4:5:6'UNS+\0'`, { limits: { segmentBytes: 40, segmentComponents: 4 } }],
  ];
  for (const [text, options] of texts) {
    const whole = tokens(text, options);
    const input = bytes(text);
    for (let at = 0; at <= input.length; at++) {
      const tokenizer = new Tokenizer(options);
      const segments = [...tokenizer.push(input.subarray(0, at)), ...tokenizer.push(input.subarray(at)), ...tokenizer.end()];
      expect({ segments, findings: tokenizer.findings, charset: tokenizer.charset }, `split at ${at}`).toEqual(whole);
    }
    const byByte = new Tokenizer(options);
    const segments = [...input].flatMap((byte) => byByte.push(Uint8Array.of(byte)));
    expect([...segments, ...byByte.end()]).toEqual(whole.segments);
  }
});
