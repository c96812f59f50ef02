import { type LocalizedText, type Noun, type PartyCode, parseId, partyOf } from '@corridor/schemas';
import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from './context.ts';

/** An entry as far as it is shown: which record, whose. The times and codes it is sorted and found by stay inside. */
export type Entry = { readonly id: string; readonly party: PartyCode; readonly noun: Noun };

/** A record's place in the graph: its owner's concrete type and the id, nothing more; the owner gives the rest. */
export type Stub = { readonly __typename: string; readonly id: string };

/** Milestones: the nouns a timeline shows. */
export const milestoneNouns: readonly Noun[] = ['equipment-event', 'transport-event', 'shipment-event'];

/** Places: the nouns a facility entry stands for. */
export const facilityNouns: readonly Noun[] = ['port', 'terminal', 'border-crossing'];

/** Calls: the nouns a transport call entry stands for. */
export const callNouns: readonly Noun[] = ['vessel-call', 'train-call', 'truck-call'];

// Nouns without an interface of the directory are never shown.
const interfaces: Partial<Record<Noun, string>> = {
  port: 'Port',
  terminal: 'Terminal',
  'border-crossing': 'BorderCrossing',
  'consignment-record': 'ConsignmentRecord',
  'equipment-record': 'EquipmentRecord',
  'equipment-event': 'EquipmentEvent',
  'vessel-call': 'VesselCall',
  'train-call': 'TrainCall',
  'truck-call': 'TruckCall',
  'transport-event': 'TransportEvent',
  'shipment-event': 'ShipmentEvent',
  'transport-document': 'TransportDocument',
  'party-profile': 'PartyProfile',
};

/** The stub of an entry; `null` for a noun the graph has no type for. */
export function stubOf(entry: Entry | null): Stub | null {
  const name = entry === null ? undefined : interfaces[entry.noun];
  return entry === null || name === undefined ? null : { __typename: `${partyOf(entry.party).typePrefix}${name}`, id: entry.id };
}

/** A party as the graph shows it. */
export type PartyNode = { readonly code: PartyCode; readonly name: LocalizedText };

/** The party of an owner id. */
export function partyNode(code: PartyCode): PartyNode {
  return { code, name: partyOf(code).name };
}

/** Resolvers of an entry type, by field. */
export type EntryResolvers = { readonly [field: string]: GraphQLFieldResolver<Entry, RequestContext> };

/** Resolvers of an entry type; `position` names the field with the owner's object. */
export function entryResolvers(type: string, position: string, nouns: readonly Noun[]): EntryResolvers {
  return {
    // async, always: a synchronous throw would lose every entity of the fetch
    __resolveReference: async (reference: Reference, context: RequestContext): Promise<Entry | null> => {
      const id = idOfReference(reference);
      const entry = await loadEntry(context, id, nouns);
      context.log({ operation: `_entities:${type}`, asked: { id: loggable(id) }, recordIds: entry === null ? [] : [entry.id] });
      return entry;
    },
    party: (entry: Entry) => partyNode(entry.party),
    [position]: (entry: Entry) => stubOf(entry),
  };
}

/** What a gateway names an entity by; not checked by the schema. */
export type Reference = { readonly id?: unknown };

/** The id a reference bears; one that is no text is nobody's. */
export function idOfReference({ id }: Reference): string {
  return typeof id === 'string' ? id : '';
}

/** The entry with this id, if the viewer may know of it and it stands for one of these nouns. */
export async function loadEntry(context: RequestContext, id: string, nouns: readonly Noun[] | null): Promise<Entry | null> {
  const entry = await context.loaders.entry.load(id);
  return entry !== null && (nouns === null || nouns.includes(entry.noun)) ? entry : null;
}

/** An id as the log may hold it: a text that is none could be anything, a reference in clear among it. */
export function loggable(id: string): string | null {
  return parseId(id) === undefined ? null : id;
}
