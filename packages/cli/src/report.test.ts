import { expect, test } from 'vitest';
import { readAnswer } from './answer.ts';
import { report } from './report.ts';

const answer = {
  data: { consignment: { id: 'x' } },
  errors: [
    {
      message: 'The owner cannot answer now',
      extensions: {
        code: 'OWNER_UNREACHABLE',
        retryable: true,
        correlationId: '0af7651916cd43dd8448eb211c80319c',
        owner: 'guizhou',
        at: ['consignment', 'records', 'nodes', '@', 'record'],
        ids: ['guizhou:consignment-record:5fq2k8mz0c7xw1jt'],
      },
    },
    { message: 'An argument cannot be used', path: ['facilities', 0], extensions: { code: 'BAD_USER_INPUT' } },
  ],
  extensions: {
    masked: [
      {
        owner: 'chongqing',
        rule: 'DEFAULT',
        at: ['consignment', 'records', 'nodes', '@', 'record', 'declaredValue'],
        ids: ['chongqing:consignment-record:5fq2k8mz0c7xw1jt', 'chongqing:consignment-record:5fq2k8mz0c7xw1jv'],
      },
      ...['consignee', 'consignor'].flatMap((field) =>
        ['guangxi', 'gansu'].map((owner) => ({
          owner,
          rule: 'DEFAULT',
          at: ['consignment', 'goods', '@', field],
          ids: [`${owner}:x`],
          coarse: true,
        })),
      ),
      {
        owner: 'guangxi',
        rule: 'DEFAULT',
        at: ['consignment', 'goods', '@', 'HSCode'],
        ids: ['guangxi:consignment-record:5fq2k8mz0c7xw1jt'],
        coarse: true,
      },
    ],
    owners: [
      { owner: 'chongqing', state: 'AVAILABLE', ms: 12.4 },
      { owner: 'guizhou', state: 'OWNER_UNREACHABLE', ms: 3 },
    ],
  },
};
const read = readAnswer(JSON.stringify(answer));
if (read === undefined) throw new Error('this is an answer');

test('the readable part says who withheld what by which rule, how each owner did, and whose fault an error was', () => {
  expect(report(read, { language: 'en', width: 140, colours: false })).toBe(`
Withheld by a rule (whether or not there is a value)
  consignment.records.nodes[].record
    declaredValue  chongqing  DEFAULT  2 records

Shown in a coarse form
  consignment.goods[]
    consignee, consignor  gansu, guangxi  DEFAULT  2 records
    HSCode                guangxi         DEFAULT  1 record

Owners asked
  chongqing  AVAILABLE          12 ms
  guizhou    OWNER_UNREACHABLE  3 ms

Errors
  guizhou  OWNER_UNREACHABLE  The owner cannot answer now (consignment.records.nodes[].record, 1 record)  0af7651916cd43dd8448eb211c80319c
           BAD_USER_INPUT     An argument cannot be used (facilities.0)`);
});

test('no line is wider than the terminal, Chinese characters counted as two columns', () => {
  for (const language of ['zh', 'en'] as const) {
    for (const width of [80, 100, 120]) {
      const lines = report(read, { language, width, colours: false }).split('\n');
      const columns = (line: string): number =>
        [...line].reduce((sum, character) => sum + (/[\u2e80-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1), 0);
      expect([language, width, lines.filter((line) => columns(line) > width)]).toEqual([language, width, []]);
    }
  }
});

test('colours come for a terminal alone', () => {
  const options = { language: 'en', width: 100 } as const;
  const isColoured = (text: string): boolean => text.includes('\u001b[');
  expect([false, true].map((colours) => isColoured(report(read, { ...options, colours })))).toEqual([false, true]);
});

test('an answer without anything to tell has no readable part', () => {
  const plain = readAnswer('{"data":{"facilities":null}}');
  expect(plain && report(plain, { language: 'en', width: 80, colours: false })).toBe('');
});

test('what is no answer of a graph is not taken for one', () => {
  expect(['', '<html>', '[]', 'null', '{"data":', '{"status":"live"}'].map(readAnswer)).toEqual(Array(6).fill(undefined));
});
