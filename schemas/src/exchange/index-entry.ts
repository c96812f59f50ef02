/**
 * What an owner tells the directory about a record: that it is there, when it changed, who may know of it. No content.
 *
 * Each change is a CloudEvents 1.0 event; audience, references and links travel apart, sealed to the directory's key: one JWE per feed page.
 */
import type { Noun } from '../ids.ts';

/**
 * One conjunction of readers. `party`: registry code, `MAINLAND`, `FOREIGN` or `PUBLIC`; `org`: `GS/lz-forwarder`, `*` with or without one,
 * `-` only callers without one; `role`, `purpose`: a value or `*`.
 */
export type AudienceTuple = { readonly party: string; readonly org: string; readonly role: string; readonly purpose: string };

/** By which kind of business key a record can be found. VESSEL is an IMO number, VOYAGE a carrier's or the universal voyage number, TRAIN a train number. */
export type ReferenceKind =
  | 'UCR'
  | 'TRANSPORT_DOCUMENT'
  | 'BOOKING'
  | 'RAIL_WAYBILL'
  | 'CUSTOMS_DECLARATION'
  | 'EQUIPMENT'
  | 'VESSEL'
  | 'VOYAGE'
  | 'TRAIN';

/**
 * One business key of a record. `value` is normalised: upper case, no spaces; TRANSPORT_DOCUMENT and BOOKING are `<carrier>/<number>`.
 * `joins` only for house-level keys: records that share one belong to the same consignment.
 */
export type IndexReference = { readonly kind: ReferenceKind; readonly value: string; readonly joins: boolean };

/** From an event or a box to a consignment record of the same owner, and the kind of key that linked them. */
export type IndexLink = { readonly recordId: string; readonly keyKind: ReferenceKind };

/** A record as the directory knows it: sort and filter keys, never content. Times are ISO 8601 with `Z`. */
export type IndexEntry = {
  readonly id: string;
  readonly noun: Noun;
  readonly revision: number;
  readonly createdDateTime: string;
  readonly changedDateTime: string;
  /** Event time of a milestone; of a call the beginning of its local day, since not everybody may know the hour; else null. */
  readonly sortDateTime: string | null;
  /** A cancelled consignment or a record that is gone: no list shows it. A retracted event is not withdrawn. */
  readonly withdrawn: boolean;
  readonly attributes: {
    readonly facilityTypeCode?: string;
    readonly UNLocationCodes?: readonly string[];
    readonly eventClassifierCode?: string;
    /** Id of the leading report of the same physical event: lists of milestones show one of them. */
    readonly corroborates?: string;
  };
};

/** What of an entry only the directory may read: by event id, inside the page's JWE. */
export type SealedPart = {
  readonly audience: readonly AudienceTuple[];
  readonly references: readonly IndexReference[];
  readonly links: readonly IndexLink[];
};

/** One change of one record in a party's feed: CloudEvents 1.0, JSON. */
export type FeedEvent = {
  readonly specversion: '1.0';
  /** UUID of the outbox row: a repeat is known by it. */
  readonly id: string;
  /** `corridor/<party>`. */
  readonly source: string;
  readonly type: `cn.corridor.${Noun}.changed.v1`;
  /** The record's id. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: IndexEntry;
};

/** Type of the last element of a page that is not empty: it holds the sealed parts of all the others. */
export const sealedEventType = 'cn.corridor.index.sealed.v1';

/** The last element of a page that is not empty. `jwe`: ECDH-ES over P-256, A256GCM, of JSON `{ [event id]: SealedPart }`. */
export type SealedEvent = Omit<FeedEvent, 'type' | 'data'> & {
  readonly type: typeof sealedEventType;
  readonly data: { readonly jwe: string };
};

/** Where a party serves its feed. */
export const feedPath = '/feed';

/** Headers of a feed page: the cursor to ask with next, the age in ms of the oldest row without a position, whether more is waiting. */
export const feedHeaders = { next: 'corridor-next', waitingMs: 'corridor-waiting-ms', more: 'corridor-more' } as const;
