/** A party's executable schema: the SDL of the contracts, the nouns' resolvers, the mask over all of it. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { invariant, ownerEndpointDocument, type Party, parseId, partyDocument } from '@corridor/schemas';
import { ArgumentRefused } from '@corridor/subgraph';
import type { GraphQLSchema } from 'graphql';
import { maskSchema } from '../sharing/masker.ts';
import { accessLogEntry } from './access-log-entry.ts';
import { consignmentRecord } from './consignment-record.ts';
import { equipmentEvent } from './equipment-event.ts';
import { equipmentRecord } from './equipment-record.ts';
import { facilities } from './facility.ts';
import { ownProfile, partyProfile } from './party-profile.ts';
import type { Reading } from './reading.ts';
import type { FieldResolver, OwnedRow, RecordNoun } from './record.ts';
import { shipmentEvent } from './shipment-event.ts';
import { transportCalls } from './transport-call.ts';
import { transportDocument } from './transport-document.ts';
import { transportEvent } from './transport-event.ts';

/** Through which door a question comes: gateways ask for entities by id, the owner's own staff asks the owner's own Query. */
export type Door = 'gateway' | 'owner';

/** The most records one request may ask for. */
const mostRepresentations = 1_000;

/** The schema that a door serves. */
export function partySchema(party: Party, door: Door): GraphQLSchema {
  const typeName = (name: string): string => name.replace(/^Own(?=[A-Z])/, party.typePrefix);
  const resolvers = Object.fromEntries(nouns.map((noun): [string, Resolvers] => [typeName(`Own${noun.name}`), noun.fields]));
  const schema = buildSubgraphSchema(
    door === 'gateway'
      ? [{ typeDefs: partyDocument(party), resolvers }]
      : [{ typeDefs: ownerEndpointDocument(party), resolvers: { ...resolvers, Query: ownQuery } }],
  );
  maskSchema(schema, nouns, (name) => typeName(`Own${name}`));

  const query = schema.getQueryType()?.getFields() ?? {};
  if (door === 'owner') {
    // The owner's endpoint is no subgraph: what the library adds for gateways goes.
    delete query['_entities'];
    delete query['_service'];
    return schema;
  }
  const entities = query['_entities'];
  invariant(entities !== undefined, 'a subgraph with keys has _entities');
  const nounOf = new Map(nouns.map((noun) => [typeName(`Own${noun.name}`), noun]));
  // In place of the library's own, which gives up all records when it does not know the type of one.
  entities.resolve = (_root, { representations }: { readonly representations: readonly unknown[] }, reading: Reading) => {
    if (representations.length > mostRepresentations) throw new ArgumentRefused('representations', `at most ${mostRepresentations}`);
    return representations.map((representation) => entityOf(representation, nounOf, reading));
  };
  return schema;
}

type Resolvers = { readonly [field: string]: FieldResolver<OwnedRow> };

const nouns: readonly RecordNoun[] = [
  ...facilities,
  ...transportCalls,
  consignmentRecord,
  equipmentRecord,
  equipmentEvent,
  transportEvent,
  shipmentEvent,
  transportDocument,
  accessLogEntry,
  partyProfile,
];

const ownQuery = {
  profile: (_root: unknown, _arguments: object, reading: Reading) => ownProfile(reading),
  record: (_root: unknown, { id }: { readonly id: string }, reading: Reading) => findRecord(reading, id),
};

/** `async`, so that what goes wrong with one record is that record's error and no other's. */
async function entityOf(representation: unknown, nounOf: ReadonlyMap<string, RecordNoun>, reading: Reading): Promise<OwnedRow | null> {
  const { __typename: typeName, id } = fieldsOf(representation);
  const noun = typeof typeName === 'string' ? nounOf.get(typeName) : undefined;
  // Another party's type, another noun's id, no id at all: like an id that nobody has.
  if (noun === undefined || typeof id !== 'string' || interfaceOf(id, reading) !== noun.name) return null;
  return noun.find(reading, id);
}

async function findRecord(reading: Reading, id: string): Promise<OwnedRow | null> {
  const name = interfaceOf(id, reading);
  return (await nouns.find((noun) => noun.name === name)?.find(reading, id)) ?? null;
}

/** The interface of the record that an id of this party names; `PartyProfile` for `guangxi:party-profile:…`. */
function interfaceOf(id: string, { owner }: Reading): string | undefined {
  const parts = parseId(id);
  if (parts === undefined || parts.party !== owner.party.code) return undefined;
  return parts.noun.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function fieldsOf(representation: unknown): { readonly __typename?: unknown; readonly id?: unknown } {
  return typeof representation === 'object' && representation !== null ? representation : {};
}
