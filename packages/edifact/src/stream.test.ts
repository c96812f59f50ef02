import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { InterchangeReader } from './envelope.ts';
import { bytes, codeco } from './made-messages.ts';
import { Tokenizer } from './tokens.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const unlimited = { interchangeBytes: Number.POSITIVE_INFINITY, segments: Number.POSITIVE_INFINITY, messages: Number.POSITIVE_INFINITY };
const mib = 1024 * 1024;

function heapMiB(): number {
  collect();
  return process.memoryUsage().heapUsed / mib;
}

test('a stowage plan of 10,000 boxes in one message streams, and nothing is collected', () => {
  const boxes = 10_000;
  const group = (at: number) =>
    `LOC+147+${String(at).padStart(7, '0')}::5'FTX+ZZZ+++HL'MEA+WT++KGM:${2_000 + at}'LOC+9+CNQZH:139:6'LOC+11+SGSIN:139:6'RFF+BM:1'EQD+CN+LSCU${1_000_000 + at}+22G1+++5'NAD+CA+LSL:172:20'`;
  const plan = bytes(
    `UNB+UNOA:2+QZGATE+GXCORR+260726:1230+1'UNH+1+BAPLIE:D:95B:UN:SMDG20'BGM++1+9'${Array.from({ length: boxes }, (_, at) => group(at)).join('')}UNT+${3 + boxes * 8}+1'UNZ+1+1'`,
  );
  const tokenizer = new Tokenizer();
  let read = 0;
  const before = heapMiB();
  for (let at = 0; at < plan.length; at += 64 * 1024)
    for (const segment of tokenizer.push(plan.subarray(at, at + 64 * 1024))) if (segment.tag === 'EQD') read++;
  expect(tokenizer.end()).toEqual([]);
  expect([read, tokenizer.findings]).toEqual([boxes, []]);
  expect(heapMiB() - before).toBeLessThan(4);
});

test('an interchange of 32 MiB streams message by message in bounded memory', () => {
  const messages = bytes(Array.from({ length: 64 }, (_, at) => codeco({ reference: String(at) })).join(''));
  const rounds = Math.ceil((32 * mib) / messages.length);
  const reader = new InterchangeReader({ limits: unlimited });
  reader.push(bytes("UNB+UNOA:2+QZGATE+GXCORR+260726:1230+1'"));
  let read = 0;
  let most = 0;
  const before = heapMiB();
  for (let round = 0; round < rounds; round++) {
    read += reader.push(messages).length;
    if (round % 200 === 0) most = Math.max(most, heapMiB() - before);
  }
  reader.push(bytes(`UNZ+${rounds * 64}+1'`));
  expect([read, reader.end().findings]).toEqual([rounds * 64, []]);
  expect(most).toBeLessThan(8);
});

test('a segment that never ends takes no memory', () => {
  const tokenizer = new Tokenizer({ limits: unlimited });
  const letters = bytes('x'.repeat(64 * 1024));
  const before = heapMiB();
  for (let round = 0; round < 256; round++) expect(tokenizer.push(letters)).toEqual([]);
  expect(heapMiB() - before).toBeLessThan(4);
  expect(tokenizer.end()).toHaveLength(1);
  expect(tokenizer.findings.map(({ code }) => code)).toEqual(['LIMIT_EXCEEDED', 'SEGMENT_UNTERMINATED']);
});
