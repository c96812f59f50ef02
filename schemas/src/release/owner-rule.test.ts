import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { CorridorError } from '../errors.ts';
import { parties } from '../parties.ts';
import { supergraphFile } from '../supergraph.ts';
import { checkOwnerRule } from './owner-rule.ts';

const owners = [...parties.map(({ code }) => code), 'directory'];
const committed = readFileSync(supergraphFile, 'utf8');

// What two small parties and a directory compose to; a case adds to one of them what it must not say.
const shared = 'interface Port { id: ID! } type Name @shareable { en: String }';
const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@override", "@interfaceObject"])';
function composed(more: { readonly guangxi?: string; readonly chongqing?: string; readonly directory?: string } = {}): string {
  const party = (type: string): string => `type ${type} implements Port @key(fields: "id") { id: ID! name: Name }`;
  const stub = (type: string): string => `type ${type} implements Port @key(fields: "id", resolvable: false) { id: ID! }`;
  const sdls = {
    guangxi: `${link} ${shared} ${party('GuangxiPort')} ${more.guangxi ?? ''}`,
    chongqing: `${link} ${shared} ${party('ChongqingPort')} ${more.chongqing ?? ''}`,
    directory: `${link} interface Port { id: ID! } ${stub('GuangxiPort')} ${stub('ChongqingPort')}
      type Consignment @key(fields: "id") { id: ID! reference: String } type Query { ports: [Port] consignment: Consignment } ${more.directory ?? ''}`,
  };
  const result = composeServices(Object.entries(sdls).map(([name, sdl]) => ({ name, url: `corridor://${name}`, typeDefs: parse(sdl) })));
  if (result.errors !== undefined) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.supergraphSdl;
}
const verdict = (sdl: string, known: readonly string[] = owners): string => {
  try {
    return checkOwnerRule(sdl, known).join(' ');
  } catch (error) {
    if (!(error instanceof CorridorError)) throw error;
    return `${error.code}: ${error.detail}`;
  }
};

test('the composed schema of this build keeps the rule: each party defines its own types and nobody else’s', () => {
  expect(verdict(committed)).toBe('asean chongqing directory gansu guangxi guizhou');
  expect(verdict(composed())).toBe('chongqing directory guangxi');
});

test.each<[string, Parameters<typeof composed>[0], string]>([
  [
    'a type that bears another party’s name',
    { guangxi: 'type ChongqingDepot @key(fields: "id") { id: ID! }' },
    'RELEASE_OWNER_RULE: guangxi defines ChongqingDepot',
  ],
  [
    'another party’s port, by its key',
    { guangxi: 'type ChongqingPort @key(fields: "id") { id: ID! price: Int }' },
    'RELEASE_OWNER_RULE: guangxi defines ChongqingPort',
  ],
  [
    'a key of what the directory keeps',
    { chongqing: 'type Consignment @key(fields: "id") { id: ID! price: Int }' },
    'RELEASE_OWNER_RULE: chongqing alone define Consignment',
  ],
  ['a type that bears nobody’s name', { guangxi: 'type Depot { name: String }' }, 'RELEASE_OWNER_RULE: guangxi alone define Depot'],
  ['a key of what all define', { guangxi: 'extend type Name @key(fields: "en")' }, 'RELEASE_OWNER_RULE: guangxi alone have a key of Name'],
  ['an enum of its own under a common name', { chongqing: 'enum Grade { A B }' }, 'RELEASE_OWNER_RULE: chongqing alone define Grade'],
  ['a list of its own at the root', { guangxi: 'type Query { depots: [String] }' }, 'RELEASE_OWNER_RULE: guangxi defines Query.depots'],
  [
    'a mutation under another’s name',
    { guangxi: 'type Mutation { chongqingOfferHandover: Boolean }' },
    'RELEASE_OWNER_RULE: guangxi defines Mutation.chongqingOfferHandover',
  ],
  [
    'a second key of its own type',
    { guangxi: 'type GuangxiDepot @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }' },
    'RELEASE_OWNER_RULE: GuangxiDepot has the key code',
  ],
  [
    'a field of a party’s record, told by the directory',
    { directory: 'extend type GuangxiPort { rank: Int }' },
    'RELEASE_OWNER_RULE: directory defines GuangxiPort.rank',
  ],
])('%s is refused, and who took what is told', (_, more, expected) => {
  expect(verdict(composed(more))).toBe(expected);
});

test('a mutation under its own name is a party’s to offer', () => {
  expect(verdict(composed({ guangxi: 'type Mutation { guangxiOfferHandover: Boolean }' }))).toBe('chongqing directory guangxi');
});

test('an interface that a party stands for as a whole is refused: it would answer for every other’s records', () => {
  const sdl = composed().replace(/interface Port\n(.*\n)*?\{/, (head) =>
    head.replace('(graph: GUANGXI)', '(graph: GUANGXI, isInterfaceObject: true)'),
  );
  expect(verdict(sdl)).toBe('RELEASE_OWNER_RULE: guangxi stands for all of Port');
});

test('another’s field, by an override, is refused', () => {
  const sdl = composed().replace('en: String\n', 'en: String @join__field(graph: GUANGXI, override: "chongqing")\n');
  expect(verdict(sdl)).toBe('RELEASE_OWNER_RULE: guangxi overrides Name.en of chongqing');
});

test('a part in what another defines, without a definition, is refused', () => {
  const sdl = composed().replace(
    /type ChongqingPort implements Port\n/,
    (head) => `${head}  @join__implements(graph: GUANGXI, interface: "Port")\n`,
  );
  expect(verdict(sdl)).toBe('RELEASE_OWNER_RULE: guangxi has a part in ChongqingPort');
});

test('an owner nobody registered, and an address where only a placeholder may stand, are refused', () => {
  expect(verdict(committed, owners.slice(1))).toBe('RELEASE_OWNER_UNKNOWN: guangxi');
  expect(verdict(committed.replace('corridor://guangxi', 'https://impostor.example/graphql'))).toBe('RELEASE_OWNER_ADDRESS: guangxi');
  expect(verdict(committed.replace('corridor://guangxi', 'corridor://chongqing'))).toBe('RELEASE_OWNER_ADDRESS: guangxi');
});

test.each<[string, (sdl: string) => string, string]>([
  ['what is not GraphQL', () => 'type {', 'not GraphQL'],
  [
    'a schema that is not composed',
    () => 'schema { query: Query } type Query { a: Int }',
    'it is not composed: no link to the join specification',
  ],
  ['a schema without a schema definition', () => 'type Query { a: Int }', 'it has no schema definition of its own'],
  [
    'directives under another name, which would be read past',
    (sdl) => sdl.replace('join/v0.3"', 'join/v0.3", as: "j"'),
    'it is not composed: no link to the join specification',
  ],
  [
    'a type extension, which the rule would read past',
    (sdl) => `${sdl}\nextend type ChongqingPort { price: Int }`,
    'it is not as composition writes it',
  ],
  ['a root type under another name', (sdl) => sdl.replace('query: Query', 'query: GuangxiPort'), 'it is not as composition writes it'],
])('%s is refused before the rule is applied', (_, alter, detail) => {
  expect(verdict(alter(committed))).toBe(`RELEASE_SCHEMA: ${detail}`);
});
