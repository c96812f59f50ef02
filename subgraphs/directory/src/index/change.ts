import type { FeedPage } from '@corridor/exchange';
import { CorridorError, type FeedEvent, type PartyCode, parseId, type ReferenceKind, type SealedPart } from '@corridor/schemas';
import { type AudienceSet, audienceSet } from './audience.ts';
import { blind } from './blind.ts';
import { consignmentIdOf } from './consignment-id.ts';

/** One record as it is written into the index: an entry, its blinded keys and its links; no reference in clear. */
export type Change = {
  readonly eventId: string;
  readonly entry: FeedEvent['data'];
  readonly party: PartyCode;
  readonly audience: AudienceSet;
  readonly keys: readonly { readonly kind: ReferenceKind; readonly index: string; readonly joins: boolean }[];
  readonly links: SealedPart['links'];
  /** The consignment id it would give as the oldest member; `null` for all but consignment records. */
  readonly derivedId: string | null;
};

// Master documents, declarations and boxes find records, they never join them, whatever an owner says.
const joining: ReadonlySet<ReferenceKind> = new Set(['UCR', 'TRANSPORT_DOCUMENT', 'BOOKING', 'RAIL_WAYBILL']);

/**
 * The changes a page tells of, with its references blinded.
 * @param parts the page's opened sealed part, by event id
 * @throws FEED_PAGE_INVALID an event has no sealed part, or a link leads to another owner's record
 */
export function changesOf(source: PartyCode, page: FeedPage, parts: Readonly<Record<string, SealedPart>>, indexKey: Uint8Array): Change[] {
  return page.events.map(({ id: eventId, data: entry }) => {
    const part = parts[eventId];
    if (part === undefined) throw new CorridorError('FEED_PAGE_INVALID', { owner: source, detail: 'an event has no sealed part' });
    if (part.links.some(({ recordId }) => parseId(recordId)?.party !== source)) {
      throw new CorridorError('FEED_PAGE_INVALID', { owner: source, detail: "a link to another party's record" });
    }
    const isConsignment = entry.noun === 'consignment-record';
    return {
      eventId,
      entry,
      party: source,
      audience: audienceSet(indexKey, part.audience),
      keys: part.references.map(({ kind, value, joins }) => ({
        kind,
        index: blind(indexKey, kind, value),
        joins: joins && isConsignment && joining.has(kind),
      })),
      links: part.links,
      derivedId: isConsignment ? consignmentIdOf(entry.id) : null,
    };
  });
}
