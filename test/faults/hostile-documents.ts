/** Documents meant to hurt: one seed gives the same ones again. */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';

/** A request as it goes over the wire. */
export type HostileRequest = {
  readonly kind: string;
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The document, where the request holds one that could be planned. */
  readonly document?: string;
};

type Random = { next(): number; int(below: number): number; pick<T>(from: readonly T[]): T };

/** Gives one hostile request after the other. */
export function hostileRequests(schema: GraphQLSchema, seed: number): () => HostileRequest {
  const random = seeded(seed);
  const kinds = Object.entries(makers(schema, random));
  return () => {
    const [kind, make] = random.pick(kinds);
    return { kind, ...make() };
  };
}

type Made = Omit<HostileRequest, 'kind'>;

function makers(schema: GraphQLSchema, random: Random): Record<string, () => Made> {
  const json = { 'content-type': 'application/json' };
  const post = (body: unknown, more: Partial<Made> = {}): Made => ({
    method: 'POST',
    path: '/graphql',
    headers: json,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  });
  const query = (document: string, more: object = {}): Made => post({ query: document, ...more }, { document });
  const valid = (size: number, depth: number): string => validDocument(schema, random, size, depth);
  const odd = [
    null,
    0,
    -1,
    1e308,
    2 ** 53,
    '',
    'x',
    '\u0000',
    '\ud800',
    '漢字😀',
    true,
    [],
    {},
    [[[]]],
    { a: { b: [null] } },
    'x'.repeat(2_000),
  ];
  const id = '"guangxi:port:0000000000000001"';
  return {
    'valid, small': () => query(valid(20, 4)),
    'valid, wide': () => query(valid(300, 8)),
    'valid, deep': () => query(valid(150, 14)),
    'valid, at its limits': () => query(valid(900, 11)),
    'one interface, many kinds': () =>
      query(`{ ${times(1 + random.int(22), (at) => `a${at}: record(id: ${id}) { ...F }`)} } ${kindsFragment(schema, random)}`),
    'every root field over all kinds': () =>
      query(
        `{ facilities(first: 1) { nodes { facility { ...F } } } transportCalls(first: 1) { nodes { transportCall { ...F } } } consignments(first: 1) { nodes { timeline(first: 1) { nodes { milestone { ...F } } } } } record(id: ${id}) { ...F } } ${kindsFragment(schema, random)}`,
      ),
    depth: () =>
      query(
        `{ parties { profile ${'{ facilities { nodes { transportCalls { nodes '.repeat(random.int(40))}{ id }${' } } } }'.repeat(random.int(40))} } }`,
      ),
    aliases: () => query(`{ ${times(random.int(400), (at) => `a${at}: parties { code }`)} }`),
    'inline fragments': () => query(`{ parties { ${'... on Party { '.repeat(random.int(900))}code${' }'.repeat(random.int(900))} } }`),
    'fragment bomb': () => {
      const levels = 2 + random.int(30);
      const each = 2 + random.int(3);
      return query(
        `{ ...F0 } ${times(levels, (at) => `fragment F${at} on Query { ${times(each, () => `...F${at + 1}`)} }`)} fragment F${levels} on Query { parties { code } }`,
      );
    },
    'fragment cycle': () => {
      const length = 1 + random.int(6);
      return query(`{ ...F0 } ${times(length, (at) => `fragment F${at} on Query { parties { code } ...F${(at + 1) % length} }`)}`);
    },
    'unused and doubled fragments': () => query(`{ parties { code } } ${times(random.int(60), () => 'fragment F on Party { code }')}`),
    directives: () =>
      query(
        `{ parties { ${times(random.int(60), (at) => `code ${random.pick(['@include(if: true)', '@skip(if: false)', '@deprecated', `@x${at}`, '@include(if: $v)', '@defer'])}`)} } }`,
      ),
    'conditions of variables': () => {
      const count = 1 + random.int(12);
      return query(
        `query (${times(count, (at) => `$b${at}: Boolean!`)}) { ${times(count, (at) => `a${at}: record(id: ${id}) @include(if: $b${at}) { id partyCode }`)} }`,
        {
          variables: Object.fromEntries(Array.from({ length: count }, (_, at) => [`b${at}`, random.next() < 0.5])),
        },
      );
    },
    'odd variables': () =>
      query(
        'query ($first: Int, $after: String, $filter: FacilityFilter) { facilities(first: $first, after: $after, filter: $filter) { nodes { id } } }',
        {
          variables: random.pick([
            { first: random.pick(odd) },
            { after: random.pick(odd) },
            { filter: random.pick(odd) },
            { filter: { partyCode: random.pick(odd) } },
            random.pick(odd),
          ]),
        },
      ),
    'nested input': () =>
      post(
        `{"query":"query ($f: ConsignmentFilter) { consignments(filter: $f) { nodes { id } } }","variables":{"f":${'{"key":'.repeat(random.int(3_000))}1}`,
      ),
    'nested lists': () =>
      query(`{ facilities(filter: { partyCode: ${'['.repeat(random.int(900))}"x"${']'.repeat(random.int(900))} }) { nodes { id } } }`),
    'huge numbers': () => query(`{ facilities(first: ${'9'.repeat(1 + random.int(400))}) { nodes { id } } }`),
    'many keys': () =>
      query('query ($keys: [ConsignmentKey!]!) { consignmentsByKey(keys: $keys) { consignments(first: 100) { id } } }', {
        variables: { keys: Array.from({ length: random.int(900) }, (_, at) => ({ referenceType: 'UCR', reference: String(at) })) },
      }),
    'odd characters': () =>
      query(
        `{ ${random.pick(['\u0000', '\ud800', '\ufeff', '\u202e', '漢字', '😀', '"""', '\\u{110000}', '#', '\r\r\n'])} parties { code } }`,
      ),
    'operations of one name': () =>
      query(
        times(1 + random.int(30), (at) => `query ${random.pick(['A', 'B', `Q${at}`])} { parties { code } }`),
        { operationName: random.pick(['A', 'C', '', 'x'.repeat(500)]) },
      ),
    'other operations': () =>
      query(
        random.pick([
          'mutation { x }',
          'subscription { x }',
          'mutation { __typename }',
          'type Query { a: Int }',
          'extend type Query { a: Int }',
          'schema { query: Query }',
        ]),
      ),
    introspection: () =>
      query(
        random.pick([
          `{ __schema { types { ${'fields { type { '.repeat(random.int(9))}name${' } }'.repeat(random.int(9))} } } }`,
          `{ __schema { types { name fields { name type { name ofType { name ofType { name ofType { name } } } } } } } }`,
          `{ ${times(random.int(40), (at) => `a${at}: __type(name: "Query") { fields { name args { name type { name fields { name } } } } }`)} }`,
          '{ __typename __schema { directives { name args { name defaultValue } } } }',
          `{ _service { sdl } _entities(representations: []) { __typename } }`,
        ]),
      ),
    batch: () => post(`[${times(1 + random.int(60), () => '{"query":"{ parties { code } }"}').replaceAll('} {', '},{')}]`),
    'a large body': () => post({ query: `{ parties { code } } #${'x'.repeat(random.pick([60_000, 70_000, 1_048_576]))}` }),
    'no JSON': () =>
      post(
        random.pick([
          '',
          '{',
          'null',
          '[]',
          '1',
          '"x"',
          '{"query":1}',
          '{"query":null}',
          '{"query":["x"]}',
          '{"query":{}}',
          `{"query":"${'\\u0000'.repeat(50)}"}`,
          '{"query":"{a}","variables":"x"}',
          '{"query":"{a}","operationName":{}}',
          '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}',
          '{"__proto__":{"query":"x"},"query":"{ parties { code } }"}',
        ]),
      ),
    'other content types': () =>
      post('{"query":"{ parties { code } }"}', {
        headers: {
          'content-type': random.pick([
            'text/plain',
            'application/graphql',
            'multipart/form-data; boundary=x',
            'application/x-www-form-urlencoded',
            'application/json; charset=utf-16',
            'application/json;',
            '*/*',
            'application/xml',
          ]),
        },
      }),
    get: () => ({
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent(random.pick(['{ parties { code } }', 'mutation { x }', '{', 'x'.repeat(3_000)]))}`,
      headers: random.next() < 0.5 ? {} : { 'apollo-require-preflight': '1' },
    }),
    'odd headers': () => query('{ parties { code } }', {}),
    garbled: () => {
      const text = valid(60, 6);
      const at = random.int(text.length);
      return query(
        text.slice(0, at) + random.pick(['{', '}', '(', ')', '"', '$', '!', '...', '@', '\u0001', '']) + text.slice(at + random.int(4)),
      );
    },
  };
}

/** A document that fits the schema, of about that many fields and not deeper than that. */
function validDocument(schema: GraphQLSchema, random: Random, size: number, depth: number): string {
  let left = size;
  const chance = 0.2 + random.next() * 0.7;
  const below = (type: GraphQLNamedType, levels: number): string => {
    if (!isObjectType(type) && !isInterfaceType(type)) return '';
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const named = getNamedType(field.type);
      if (left <= 0 || random.next() > chance) return [];
      left -= 1;
      if (isLeafType(named)) return [`${field.name}${argumentsOf(field, random)}`];
      if (levels <= 1) return [];
      const inner = below(named, levels - 1);
      return inner === '' ? [] : [`${field.name}${argumentsOf(field, random)} { ${inner} }`];
    });
    const kinds = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
    const narrowed = kinds.flatMap((kind) => {
      if (left <= 0 || levels <= 1 || random.next() > chance / 2) return [];
      return [`... on ${kind.name} { id ${random.next() < 0.3 ? 'maskedFields' : ''} }`];
    });
    return ['__typename', ...fields, ...narrowed].join(' ');
  };
  const roots = Object.values(schema.getQueryType()?.getFields() ?? {});
  const chosen = Array.from({ length: 1 + random.int(5) }, (_, at) => {
    const field = random.pick(roots);
    return `r${at}: ${field.name}${argumentsOf(field, random)} { ${below(getNamedType(field.type), depth)} }`;
  });
  return `{ ${chosen.join(' ')} }`;
}

function argumentsOf(field: GraphQLField<unknown, unknown>, random: Random): string {
  const given = field.args.flatMap(({ name, type }) => {
    const text = String(type);
    if (name === 'first') return random.next() < 0.7 ? ['first: 1'] : [];
    if (!text.endsWith('!')) return [];
    if (text === 'Date!') return [`${name}: "2026-11-01"`];
    if (text.startsWith('[ConsignmentKey')) return [`${name}: [{ referenceType: "UCR", reference: "x" }]`];
    return [`${name}: ${text.startsWith('[') ? '["x"]' : '"guangxi:port:0000000000000001"'}`];
  });
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

function kindsFragment(schema: GraphQLSchema, random: Random): string {
  const record = schema.getType('PartyOwned');
  const kinds = isInterfaceType(record) ? schema.getImplementations(record).interfaces : [];
  return `fragment F on PartyOwned { id ${kinds.map(({ name }) => (random.next() < 0.8 ? `... on ${name} { id partyCode ${random.next() < 0.5 ? 'maskedFields' : ''} }` : '')).join(' ')} }`;
}

function times(count: number, make: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => make(at)).join(' ');
}

/** A small generator of numbers that a seed repeats. */
function seeded(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick: (from) => {
      const picked = from[int(from.length)];
      if (picked === undefined && from.length === 0) throw new Error('nothing to pick from');
      return picked as (typeof from)[number];
    },
  };
}
