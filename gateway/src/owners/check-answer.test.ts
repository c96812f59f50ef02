import { readFileSync } from 'node:fs';
import { supergraphFile } from '@corridor/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAnswer, pathAsked, type Representation } from './check-answer.ts';
import { createContract } from './contract.ts';

const contract = createContract(readFileSync(supergraphFile, 'utf8'));
const page =
  'query($first:Int){facilities(first:$first){nodes{id party{code name{zh en}}facility{__typename id}}pageInfo{hasNextPage endCursor}}parties{code}}';
const root = contract.asked('directory', page);
const stub = { __typename: 'GuangxiPort', id: 'guangxi:port:0000000000000001' };
const entry = { id: stub.id, party: { code: 'guangxi', name: { zh: '广西', en: 'Guangxi' } }, facility: stub };
const honest = (): Record<string, unknown> =>
  structuredClone({
    facilities: { nodes: [entry, { ...entry, facility: null }], pageInfo: { hasNextPage: false, endCursor: null } },
    parties: [{ code: 'guangxi' }],
  });
const check = (data: Record<string, unknown>, first = 10) => checkAnswer(root, data, { representations: [], variables: { first } });

test('an answer that fits passes as it is', () => {
  expect(check(honest())).toEqual({ data: honest(), faults: [] });
});

test('a page holds no more than was asked for', () => {
  expect(check(honest(), 1)).toEqual({ data: null, faults: [{ at: ['facilities', 'nodes'], entity: undefined }] });
});

test('of records asked for by their ids, each must be the one its representation names: in another order none is taken', () => {
  const asked = contract.asked(
    'guangxi',
    'query($representations:[_Any!]!){_entities(representations:$representations){...on GuangxiPort{UNLocationCode}...on GuangxiTerminal{UNLocationCode}}}',
  );
  expect(asked.text).toBe(
    'query($representations:[_Any!]!){_entities(representations:$representations){__type:__typename ...on GuangxiPort{UNLocationCode}...on GuangxiTerminal{UNLocationCode}...on GuangxiPort{__id:id}...on GuangxiTerminal{__id:id}}}',
  );
  const representations: Representation[] = [1, 2, 3].map((n) => ({ type: 'GuangxiPort', id: `guangxi:port:000000000000000${n}` }));
  const record = ({ type, id }: Representation) => ({ __type: type, __id: id, UNLocationCode: `CN${id.at(-1)}` });
  const answer = (order: readonly number[]) => ({
    _entities: order.map((n) => (n === 0 ? null : record(representations[n - 1] as Representation))),
  });
  const told = (order: readonly number[]) => {
    const { data, faults } = checkAnswer(asked, answer(order), { representations, variables: {} });
    return [data?.['_entities'], faults.map(({ entity }) => entity)];
  };
  expect(told([1, 2, 3])).toEqual([[{ UNLocationCode: 'CN1' }, { UNLocationCode: 'CN2' }, { UNLocationCode: 'CN3' }], []]);
  expect(told([2, 1, 3])).toEqual([
    [null, null, { UNLocationCode: 'CN3' }],
    [0, 1],
  ]);
  expect(told([1, 1, 0])).toEqual([[{ UNLocationCode: 'CN1' }, null, null], [1]]);
});

test('a path of the owner’s counts as far as it follows the question', () => {
  const at = (path: unknown) => {
    const { at: read, whole } = pathAsked(root, path);
    return [read.join('.'), whole];
  };
  expect([
    at(['facilities', 'nodes', 7, 'facility', 'id']),
    at(['facilities', 'gansu', 'id']),
    at(['facilities', 'nodes', 1.5, { a: 1 }]),
    at(['__proto__']),
    at('facilities'),
    at(['facilities', 'nodes', 0, 'id', 'id']),
  ]).toEqual([
    ['facilities.nodes.@.facility.id', true],
    ['facilities', false],
    ['facilities.nodes.@', false],
    ['', false],
    ['', true],
    ['facilities.nodes.@.id', false],
  ]);
});

/** Every place of a value, as a path of keys. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, below]) => places(below, [...path, key]))];
}
function put(target: unknown, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  // a list of JSON has no names
  if (typeof target !== 'object' || target === null || (Array.isArray(target) && !/^\d+$/.test(key))) return;
  if (rest.length === 0) Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else put((target as Record<string, unknown>)[key], rest, value);
}
const somewhere = places(honest()).filter((path) => path.length > 0);
const keys = new Set(somewhere.flat().filter((key) => !/^\d+$/.test(key)));

test('whatever is put wherever into an answer: what passes the check fits, bears no key that was not asked for, and says of each fault where it lay', () => {
  const lies = fc.array(
    fc.tuple(fc.constantFrom(...somewhere), fc.string({ maxLength: 12 }), fc.boolean(), fc.jsonValue({ maxDepth: 4 })),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(lies, (placed) => {
      const data = honest();
      for (const [path, key, beside, value] of placed) put(data, beside ? [...path.slice(0, -1), key] : path, structuredClone(value));
      const first = check(data);
      for (const { at } of first.faults) for (const key of at) expect(key === '@' || keys.has(key)).toBe(true);
      if (first.data === null) {
        expect(first.faults.length).toBeGreaterThan(0);
        return;
      }
      const passed = structuredClone(first.data);
      expect(check(first.data)).toEqual({ data: passed, faults: [] });
      for (const path of places(passed)) for (const key of path) expect(/^\d+$/.test(key) || keys.has(key)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
