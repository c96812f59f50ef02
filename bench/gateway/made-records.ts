/**
 * What the owners of a measurement answer: made from a record's id and a field's name alone, so that every engine gets the same values whatever text
 * it asks with. Nothing is stored.
 */
import { createHash } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  graphql,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import { directoryDocument, partyDocument, type RenderedParty } from '../../schemas/src/index.ts';

/** Something made: a record, or a value within one. `seed` tells it apart from all others. */
type Made = { readonly [field: string]: unknown; readonly seed: string };

/** One owner, ready to answer. */
export type MadeOwner = { answer(body: string): Promise<string> };

/** Parties that hold what `board`, `consignment` and `deep` ask for. */
const touched = 5;

/** Makes an owner of these parties: `directory` or one of them. */
export function makeOwner(owner: string, parties: readonly RenderedParty[]): MadeOwner {
  const party = parties.find(({ code }) => code === owner);
  const schema = buildSubgraphSchema([{ typeDefs: party === undefined ? directoryDocument(parties) : partyDocument(party) }]);
  const rootValue = party === undefined ? directory(parties) : {};
  return { answer: (body) => answer(schema, rootValue, parties, body) };
}

async function answer(schema: GraphQLSchema, rootValue: object, parties: readonly RenderedParty[], body: string): Promise<string> {
  const { query, variables, operationName }: { query: string; variables?: Record<string, unknown>; operationName?: string } =
    JSON.parse(body);
  const result = await graphql({
    schema,
    source: query,
    rootValue,
    variableValues: variables,
    operationName: operationName ?? null,
    contextValue: parties,
    fieldResolver: resolveMade,
    typeResolver: (value) => Reflect.get(Object(value), '__typename'),
  });
  if (result.errors !== undefined) throw new Error(`a made-up owner cannot answer ${body}: ${result.errors.join('; ')}`);
  return JSON.stringify(result);
}

/** The directory's root fields; ids name owner and kind, from which the type of a stub follows. */
function directory(parties: readonly RenderedParty[]): object {
  const entries = (kind: string, field: string, count: number, among: number): { nodes: Made[]; pageInfo: object } => ({
    nodes: Array.from({ length: count }, (_, at): Made => {
      const party = parties[at % among];
      const id = `${party?.code}:${kind}:${digits(`${field} ${at}`)}`;
      return { id, seed: id, party: partyOf(party), [field]: record(id, parties) };
    }),
    pageInfo: { seed: 'end', hasNextPage: false, endCursor: null },
  });
  // Asked for more entries than five parties have in all, a list holds some of every party.
  const among = (first: number): number => (first > 20 ? parties.length : Math.min(touched, parties.length));
  const partyOf = (party: RenderedParty | undefined): Made => ({
    seed: `party ${party?.code}`,
    code: party?.code,
    profile: record(`${party?.code}:party-profile:${digits('profile')}`, parties),
  });
  return {
    parties: () => parties.map(partyOf),
    facilities: ({ first }: { first: number }) => entries('port', 'facility', first, among(first)),
    transportCalls: ({ first }: { first: number }) => entries('vessel-call', 'transportCall', first, among(first)),
    consignment: ({ id }: { id: string }) => ({
      seed: id,
      id,
      records: ({ first }: { first: number }) => entries('consignment-record', 'record', first, among(first)),
      timeline: ({ first }: { first: number }) => entries('equipment-event', 'milestone', first, among(first)),
    }),
  };
}

/** What a connection of a record holds. */
const kindOf: Readonly<Record<string, string>> = {
  transportCalls: 'vessel-call',
  consignmentRecords: 'consignment-record',
  milestones: 'equipment-event',
};

const resolveMade: GraphQLFieldResolver<Made, readonly RenderedParty[]> = (source, args, context, info) => {
  const given: unknown = defaultFieldResolver(source, args, context, info);
  if (given !== undefined) return given;
  const kind = kindOf[info.fieldName];
  const seed = `${source.seed ?? source['id']}.${info.fieldName}`;
  if (kind === undefined) return make(info.returnType, seed);
  const owner = String(source['id']).split(':')[0];
  return {
    nodes: Array.from({ length: Number(args['first']) }, (_, at) => record(`${owner}:${kind}:${digits(`${seed} ${at}`)}`, context)),
    pageInfo: { seed: 'end', hasNextPage: false, endCursor: null },
  };
};

function record(id: string, parties: readonly RenderedParty[]): Made {
  const [owner, kind = ''] = id.split(':');
  const prefix = parties.find(({ code }) => code === owner)?.typePrefix;
  return { __typename: `${prefix}${kind.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase())}`, id, seed: id };
}

function make(type: GraphQLOutputType, seed: string): unknown {
  if (isNonNullType(type)) return make(type.ofType, seed);
  if (isListType(type)) return [make(type.ofType, `${seed} 0`), make(type.ofType, `${seed} 1`)];
  const number = Number.parseInt(digits(seed).slice(0, 8), 16);
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.name;
  if (!isScalarType(type)) return { seed };
  switch (type.name) {
    case 'Int':
      return number % 1_000;
    case 'Float':
      return (number % 100_000) / 8;
    case 'Boolean':
      return number % 2 === 0;
    case 'DateTime':
      return new Date(Date.UTC(2026, 9, 1) + (number % 5_000_000) * 1_000).toISOString();
    case 'Date':
      return '2026-10-01';
    default:
      return `${seed.slice(seed.lastIndexOf('.') + 1)} ${digits(seed).slice(0, 6)}`;
  }
}

function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
