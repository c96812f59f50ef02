import { buildSchema, type FragmentDefinitionNode, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { planWeight } from './plan-weight.ts';

const schema = buildSchema(`
  interface Record { id: ID!  code: String }
  interface Place implements Record { id: ID!  code: String  above: Record }
  type APlace implements Place & Record { id: ID!  code: String  above: Record }
  type BPlace implements Place & Record { id: ID!  code: String  above: Record }
  type ABox implements Record { id: ID!  code: String }
  type Query { place: Place  record: Record  a: APlace }
`);
const weigh = (text: string) => {
  const { definitions } = parse(text);
  const fragments = definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
    node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
  );
  const [operation] = definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []));
  return operation === undefined ? undefined : planWeight(schema, operation, new Map(fragments));
};

test.each<[string, number, number]>([
  ['{ a { id code } }', 3, 1],
  ['{ place { id code } }', 5, 1],
  ['{ record { id code } }', 7, 1],
  // a fragment narrows what may stand there, and counts itself
  ['{ record { ... on Place { id } } }', 4, 1],
  ['{ record { ... on APlace { id above { id } } } }', 7, 1],
  ['{ ...F ...F } fragment F on Query { record { id } }', 10, 2],
  ['{ x: place { id } y: place { id } }', 6, 2],
])('%s weighs %i and has %i root fields', (text, weight, rootFields) => {
  expect(weigh(text)).toEqual({ weight, rootFields });
});
