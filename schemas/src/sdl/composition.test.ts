import { readdirSync, readFileSync } from 'node:fs';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import {
  buildASTSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validate,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { parties } from '../parties.ts';
import { composeSupergraph } from './compose.ts';
import type { RenderedParty } from './render.ts';
import { ownerEndpointDocument } from './render.ts';

const more = (count: number): readonly RenderedParty[] => [
  ...parties,
  ...Array.from({ length: count - parties.length }, (_, index) => {
    const letters = String.fromCharCode(97 + Math.floor(index / 26)) + String.fromCharCode(97 + (index % 26));
    return { code: `extra${letters}`, typePrefix: `Extra${letters.toUpperCase()}` };
  }),
];

const examples = new URL('../../../examples/', import.meta.url);
const ownerEndpointExamples = new Set(['who-read-us.graphql']);
const documents = readdirSync(examples)
  .filter((name) => name.endsWith('.graphql'))
  .map((name) => ({ name, document: parse(readFileSync(new URL(name, examples), 'utf8')) }));
const federated = documents.filter(({ name }) => !ownerEndpointExamples.has(name));

let five: ReturnType<typeof composeSupergraph>;
let api: GraphQLSchema;
beforeAll(() => {
  five = composeSupergraph(parties);
  api = Supergraph.build(five.supergraphSdl).apiSchema().toGraphQLJSSchema();
});

describe.each([5, 6, 31])('with %i parties', (count) => {
  test('every stored query has exactly one plan', () => {
    const supergraph = Supergraph.build(composeSupergraph(more(count)).supergraphSdl);
    const planner = new QueryPlanner(supergraph);
    const plans = federated.map(({ name, document }) => {
      planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), document));
      return [name, planner.lastGeneratedPlanStatistics()?.evaluatedPlanCount];
    });
    expect(plans).toEqual(federated.map(({ name }) => [name, 1]));
  }, 60_000);

  test('the composer remarks nothing but that the directory knows ids only', () => {
    const codes = new Set(composeSupergraph(more(count)).hints.map((hint) => hint.code));
    expect([...codes]).toEqual(['INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD']);
  });
});

test('every stored query is valid: those of the graph at the gateway, those of an owner at its own endpoint', () => {
  const owner = buildASTSchema(ownerEndpointDocument(parties[0] ?? { code: 'x', typePrefix: 'X' }), { assumeValidSDL: true });
  const faults = documents.flatMap(({ name, document }) =>
    validate(ownerEndpointExamples.has(name) ? owner : api, document).map((error) => `${name}: ${error.message}`),
  );
  expect(faults).toEqual([]);
});

test('a sixth party changes nothing a client could notice', () => {
  const six = Supergraph.build(composeSupergraph(more(6)).supergraphSdl)
    .apiSchema()
    .toGraphQLJSSchema();
  expect({ breaking: findBreakingChanges(api, six), dangerous: findDangerousChanges(api, six) }).toEqual({ breaking: [], dangerous: [] });
});

test('no type leads back to itself through object fields, so that planning does not cost parties to the power of depth', () => {
  const open = new Set<string>();
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (open.has(name)) {
      cycles.push([...path, name].join(' → '));
      return;
    }
    if (done.has(name)) return;
    open.add(name);
    const type = api.getType(name);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) visit(getNamedType(field.type).name, [...path, name]);
      // through an interface a query may go on at each of its implementations
      if (isInterfaceType(type)) for (const object of api.getPossibleTypes(type)) visit(object.name, [...path, name]);
    }
    open.delete(name);
    done.add(name);
  };
  visit('Query', []);
  expect(cycles).toEqual([]);
});

test('no field that can be withheld is non-null', () => {
  const document = parse(five.supergraphSdl, { noLocation: true });
  const wrong = document.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? (node.fields ?? [])
          .filter((field) => field.type.kind === Kind.NON_NULL_TYPE && field.directives?.some(({ name }) => name.value === 'access'))
          .map((field) => `${node.name.value}.${field.name.value}`)
      : [],
  );
  expect(wrong).toEqual([]);
});

test('everything in the API is described in Chinese and in English', () => {
  const lacking: string[] = [];
  const check = (where: string, description: string | null | undefined): void => {
    if (!/\p{Script=Han}/u.test(description ?? '') || !/[A-Za-z]{2}/.test(description ?? '')) lacking.push(where);
  };
  for (const type of Object.values(api.getTypeMap())) {
    if (type.name.startsWith('__') || ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)) continue;
    check(type.name, type.description);
    if ('getFields' in type) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field.description);
        for (const argument of 'args' in field ? field.args : [])
          check(`${type.name}.${field.name}(${argument.name})`, argument.description);
      }
    }
    if ('getValues' in type) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
  }
  expect(lacking).toEqual([]);
});
