import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChainedEntry, chainOf, chainStart, checkChain } from './chain.ts';
import type { LogEntry } from './leaf.ts';

const at = '2026-11-24T05:48:00.123456Z';
const entry = (n: number): LogEntry => ({ id: `entry-${n}`, at, body: { n } });

function chained(entries: readonly LogEntry[]): ChainedEntry[] {
  let chain: Uint8Array = Buffer.from(chainStart.chain, 'hex');
  return entries.map((each, index) => {
    chain = chainOf(chain, each);
    return { ...each, position: index + 1, chain: Buffer.from(chain).toString('hex') };
  });
}

test('a chain value is SHA-256 of 0x01, the value before and the leaf: written out once by hand', () => {
  const sha = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  const leaf = sha(Uint8Array.of(0), Buffer.from('{"at":"2026-11-24T05:48:00.123456Z","body":{"n":1},"id":"entry-1"}'));
  expect(Buffer.from(chainOf(new Uint8Array(32), entry(1)))).toEqual(sha(Uint8Array.of(1), Buffer.alloc(32), leaf));
});

test('an untouched chain holds from its beginning, and from any head kept on the way', () => {
  const entries = chained([1, 2, 3, 4].map(entry));
  const end = { is: 'holds', head: { position: 4, chain: entries[3]?.chain } };
  expect(checkChain(chainStart, entries)).toEqual(end);
  expect(checkChain({ position: 2, chain: entries[1]?.chain ?? '' }, entries.slice(2))).toEqual(end);
  expect(checkChain(chainStart, [])).toEqual({ is: 'holds', head: chainStart });
});

test('whatever single thing is done to a chain is found where it was done', () => {
  const change = fc.constantFrom('body', 'at', 'id', 'taken out', 'put in', 'swapped') as fc.Arbitrary<string>;
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(), change, (size, where, kind) => {
      const entries = chained(Array.from({ length: size }, (_, n) => entry(n)));
      const index = where % (size - 1);
      const [here, after] = entries.slice(index, index + 2);
      if (here === undefined || after === undefined) throw new Error('two entries');
      const done: Record<string, { readonly now: ChainedEntry[]; readonly because: string }> = {
        body: { now: entries.with(index, { ...here, body: { n: -1 } }), because: 'altered' },
        at: { now: entries.with(index, { ...here, at: at.replace('48', '49') }), because: 'altered' },
        id: { now: entries.with(index, { ...here, id: 'another' }), because: 'altered' },
        'taken out': { now: entries.toSpliced(index, 1), because: 'gap' },
        'put in': { now: entries.toSpliced(index, 0, { ...here, id: 'new' }), because: 'altered' },
        swapped: { now: entries.toSpliced(index, 2, after, here), because: 'gap' },
      };
      expect(checkChain(chainStart, done[kind]?.now ?? [])).toEqual({ is: 'broken', position: index + 1, because: done[kind]?.because });
    }),
    { numRuns: 200 },
  );
});

test('a chain computed anew over an altered entry does not fit the head kept before', () => {
  const kept = chained([1, 2].map(entry))[1]?.chain ?? '';
  const forged = chained([entry(1), { ...entry(2), body: { n: 'other' } }, entry(3)]);
  expect(checkChain(chainStart, forged).is).toBe('holds');
  expect(checkChain({ position: 2, chain: kept }, forged.slice(2))).toEqual({ is: 'broken', position: 3, because: 'altered' });
});
