/**
 * Which consignments of this owner an event belongs to. Rights hang on it: an event is open to those who may see its consignments, and to the owner
 * alone where it has none. So only what is the consignment's own links it: house-level references, and a box in the consignment's time.
 *
 * - booking, transport document: the same number, carriers equal where both are known, near the consignment's planned window (numbers are used again);
 * - box: the consignment lists it, and the event lies in the planned window; only where nothing else matches, also up to a margin outside it, and then
 *   to the nearest window alone, so that two trips of one box are not taken for one.
 * Words that stand for no number (`UNKNOWN`, `0000`) never link. Master documents neither: they stand for a whole call or train.
 */
import { type DocumentReference, isPlaceholder } from './document-reference.ts';

/** A booking or transport document number that something bears, tidied. */
export type LinkReference = {
  readonly referenceType: 'BOOKING' | 'TRANSPORT_DOCUMENT';
  readonly reference: string;
  readonly carrierCode: string | null;
};

/** The keys an event can be linked by. */
export type LinkKind = 'BOOKING' | 'TRANSPORT_DOCUMENT' | 'EQUIPMENT';

/** What an event has to be linked by. Times in ms since the epoch, references without spaces in upper case. */
export type LinkEvent = {
  readonly at: number;
  readonly equipmentReference: string;
  readonly carrierBookingReference: string | null;
  readonly transportDocumentReference: string | null;
  readonly carrierCode: string | null;
};

/** What a consignment can be found by. */
export type LinkConsignment = {
  readonly id: string;
  readonly references: readonly DocumentReference[];
  readonly equipmentReferences: readonly string[];
  readonly windowFrom: number | null;
  readonly windowTo: number | null;
};

/** A link with its evidence. */
export type Link = { readonly recordId: string; readonly keyKind: LinkKind };

const dayMs = 86_400_000;

/** How far outside its planned window a consignment still takes an event, by kind of key. Start values. */
const linkMarginMs = { box: 7 * dayMs, reference: 60 * dayMs } as const;

/**
 * Finds the consignments that share a box or a reference with an event, without looking at all of them each time: what `linksOf` then decides about.
 */
export function candidatesAmong<C extends LinkConsignment>(consignments: readonly C[]): (event: LinkEvent) => C[] {
  const byKey = new Map<string, C[]>();
  const note = (key: string, consignment: C): void => {
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [consignment]);
    else if (known.at(-1) !== consignment) known.push(consignment);
  };
  for (const consignment of consignments) {
    for (const box of consignment.equipmentReferences) note(`EQUIPMENT ${box}`, consignment);
    for (const { referenceType, reference } of consignment.references) note(`${referenceType} ${reference}`, consignment);
  }
  return ({ equipmentReference, carrierBookingReference, transportDocumentReference }) => [
    ...new Set([
      ...(byKey.get(`BOOKING ${carrierBookingReference}`) ?? []),
      ...(byKey.get(`TRANSPORT_DOCUMENT ${transportDocumentReference}`) ?? []),
      ...(byKey.get(`EQUIPMENT ${equipmentReference}`) ?? []),
    ]),
  ];
}

/** The consignments an event belongs to, each with the strongest key that matched, in the order given. Cancelled ones are not to be passed. */
export function linksOf(event: LinkEvent, consignments: readonly LinkConsignment[]): Link[] {
  const sure = consignments.flatMap((consignment) => {
    const keyKind = sureKind(event, consignment);
    return keyKind === undefined ? [] : [{ recordId: consignment.id, keyKind }];
  });
  if (sure.length > 0) return sure;
  const near = consignments
    .filter((consignment) => consignment.equipmentReferences.includes(event.equipmentReference))
    .map((consignment) => ({ consignment, distance: distanceMs(event.at, consignment) }))
    .filter(({ distance }) => distance <= linkMarginMs.box);
  const nearest = Math.min(...near.map(({ distance }) => distance));
  return near.filter(({ distance }) => distance === nearest).map(({ consignment }) => ({ recordId: consignment.id, keyKind: 'EQUIPMENT' }));
}

/** The consignments of which one of the references is their own, near their window, each with the first that matched. Cancelled ones are not to be passed. */
export function linksByReference(
  { at, references }: { readonly at: number; readonly references: readonly LinkReference[] },
  consignments: readonly LinkConsignment[],
): Link[] {
  return consignments.flatMap((consignment) => {
    if (!isInReach(at, consignment)) return [];
    const matched = references.find((each) => names(consignment, each.referenceType, each.reference, each.carrierCode));
    return matched === undefined ? [] : [{ recordId: consignment.id, keyKind: matched.referenceType }];
  });
}

function isInReach(at: number, consignment: LinkConsignment): boolean {
  return consignment.windowFrom === null || distanceMs(at, consignment) <= linkMarginMs.reference;
}

function sureKind(event: LinkEvent, consignment: LinkConsignment): LinkKind | undefined {
  const inReach = isInReach(event.at, consignment);
  if (inReach && names(consignment, 'BOOKING', event.carrierBookingReference, event.carrierCode)) return 'BOOKING';
  if (inReach && names(consignment, 'TRANSPORT_DOCUMENT', event.transportDocumentReference, event.carrierCode)) return 'TRANSPORT_DOCUMENT';
  return consignment.equipmentReferences.includes(event.equipmentReference) && distanceMs(event.at, consignment) === 0
    ? 'EQUIPMENT'
    : undefined;
}

function names(
  consignment: LinkConsignment,
  type: 'BOOKING' | 'TRANSPORT_DOCUMENT',
  reference: string | null,
  carrierCode: string | null,
): boolean {
  if (reference === null || isPlaceholder(reference)) return false;
  return consignment.references.some(
    (known) =>
      known.level === 'HOUSE' &&
      known.referenceType === type &&
      known.reference === reference &&
      (known.carrierCode === null || carrierCode === null || known.carrierCode === carrierCode),
  );
}

// 0 inside the window; infinite where the consignment has none: then a box alone is no evidence.
function distanceMs(at: number, { windowFrom, windowTo }: LinkConsignment): number {
  if (windowFrom === null || windowTo === null) return Number.POSITIVE_INFINITY;
  return Math.max(windowFrom - at, at - windowTo, 0);
}
