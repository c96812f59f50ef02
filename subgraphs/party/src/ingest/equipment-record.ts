/**
 * The trips of one box. A box is reused for years, so the owner makes a record per trip: box + consignments, or box + gate cycle while no consignment is
 * known. Computed from the valid facts each time, so that neither the order of arrival nor a correction leaves a trace.
 *
 * - Consignments that list the box with overlapping windows are one trip (groupage), and so are those that share an event.
 * - An event without consignment belongs to a gate cycle: from a gate-in on, until the next one. A retracted one goes with the event that replaced it.
 * - Several reports of one physical event are one event: they go together, to the consignments of any of them, and begin one cycle.
 * - What is planned or expected makes no trip and says nothing of the box: it goes with the consignment it is linked to, or the gate cycle then open.
 */
import type { EventClassifierCode } from './equipment-event.ts';
import type { Link, LinkKind } from './link.ts';

/** What a consignment says of a box: weights in kg, size type as in ISO 6346. */
export type DeclaredEquipment = {
  readonly equipmentReference: string;
  readonly ISOEquipmentCode: string | null;
  readonly emptyIndicatorCode: 'EMPTY' | 'LADEN' | null;
  readonly seals: readonly Seal[];
  readonly cargoGrossWeightKg: number | null;
};

/** A seal as the graph shows it. */
export type Seal = { readonly sealNumber: string; readonly sealSource: string | null };

/** A consignment that lists the box, or that one of the box's events is linked to. Cancelled ones are not to be passed. */
export type TripConsignment = {
  readonly id: string;
  /** Source and the source's own id: the same in every run, unlike `id`. */
  readonly recordKey: string;
  readonly source: string;
  readonly controllerCode: string;
  readonly windowFrom: number | null;
  readonly windowTo: number | null;
  /** What it says of this box; `undefined` where it does not list it. */
  readonly declared: DeclaredEquipment | undefined;
};

/** An event of the box. */
export type TripEvent = {
  readonly id: string;
  readonly sourceKey: string;
  readonly line: number;
  readonly sender: string;
  readonly at: number;
  readonly equipmentEventTypeCode: string;
  readonly eventClassifierCode: EventClassifierCode;
  readonly controllerCode: string;
  readonly retracted: boolean;
  readonly retractedEventID: string | null;
  /** The leading report of the same physical event, `leadersOf`; null where the event leads or was reported once. */
  readonly corroborates: string | null;
  readonly emptyIndicatorCode: 'EMPTY' | 'LADEN' | null;
  readonly ISOEquipmentCode: string | null;
  readonly seals: readonly Seal[];
  readonly links: readonly Link[];
};

/** One trip: the row of `equipment_record`, its consignments with evidence, its events. */
export type Trip = {
  readonly tripKey: string;
  readonly equipmentReference: string;
  readonly controllerCode: string;
  readonly ISOEquipmentCode: string | null;
  readonly emptyIndicatorCode: 'EMPTY' | 'LADEN' | null;
  readonly seals: readonly Seal[] | null;
  readonly cargoGrossWeightKg: number | null;
  readonly consignments: readonly { readonly recordId: string; readonly keyKind: LinkKind; readonly assertedBy: string }[];
  readonly eventIds: readonly string[];
};

/** The trips of a box, from all consignments and events that name it. */
export function tripsOf(equipmentReference: string, consignments: readonly TripConsignment[], events: readonly TripEvent[]): Trip[] {
  const ordered = [...events].sort(byTime);
  const linksOf = linksOfReports(ordered);
  const cargo = cargoTrips(consignments, ordered, linksOf);
  const loose = ordered.filter((event) => linksOf(event).length === 0);
  return [
    ...cargo.map((members) => cargoTrip(equipmentReference, members, ordered, linksOf)),
    ...gateCycles(loose).map((cycle) => gateTrip(equipmentReference, cycle)),
  ];
}

type LinksOf = (event: TripEvent) => readonly Link[];

/** The links of an event: its own, and those of the other reports of it. */
function linksOfReports(events: readonly TripEvent[]): LinksOf {
  const groups = new Map<string, Link[]>();
  for (const { id, corroborates, links } of events) {
    const group = corroborates ?? id;
    groups.set(group, [...(groups.get(group) ?? []), ...links]);
  }
  return ({ id, corroborates }) => groups.get(corroborates ?? id) ?? [];
}

/** The consignments of each trip: connected by a shared event, or by the box at overlapping times. Each group and the list by record key. */
function cargoTrips(consignments: readonly TripConsignment[], events: readonly TripEvent[], linksOf: LinksOf): TripConsignment[][] {
  const sorted = [...consignments].sort((one, other) => (one.recordKey < other.recordKey ? -1 : 1));
  const groups = new Map(sorted.map((consignment) => [consignment.id, [consignment]]));
  const join = (one: string, other: string): void => {
    const [a, b] = [groups.get(one), groups.get(other)];
    if (a === undefined || b === undefined || a === b) return;
    a.push(...b);
    for (const { id } of b) groups.set(id, a);
  };
  for (const [index, one] of sorted.entries()) {
    for (const other of sorted.slice(index + 1)) if (isGroupage(one, other)) join(one.id, other.id);
  }
  for (const links of events.map(linksOf)) for (const { recordId } of links) join(links[0]?.recordId ?? recordId, recordId);
  return [...new Set(groups.values())].map((group) => group.sort((one, other) => (one.recordKey < other.recordKey ? -1 : 1)));
}

function isGroupage(one: TripConsignment, other: TripConsignment): boolean {
  if (one.declared === undefined || other.declared === undefined) return false;
  if (one.windowFrom === null || one.windowTo === null || other.windowFrom === null || other.windowTo === null) return false;
  return one.windowFrom < other.windowTo && other.windowFrom < one.windowTo;
}

function cargoTrip(equipmentReference: string, members: readonly TripConsignment[], events: readonly TripEvent[], linksOf: LinksOf): Trip {
  const own = events.filter((event) => linksOf(event).some(({ recordId }) => members.some(({ id }) => id === recordId)));
  const declared = members.flatMap((member) => (member.declared === undefined ? [] : [member.declared]));
  const weights = declared.flatMap(({ cargoGrossWeightKg }) => (cargoGrossWeightKg === null ? [] : [cargoGrossWeightKg]));
  const told = toldBy(own);
  const seals = declared.flatMap((each) => each.seals);
  return {
    tripKey: JSON.stringify([equipmentReference, members[0]?.recordKey]),
    equipmentReference,
    controllerCode: members[0]?.controllerCode ?? '',
    // What was seen at a gate is newer than what was planned.
    ISOEquipmentCode: told.ISOEquipmentCode ?? first(declared, (each) => each.ISOEquipmentCode),
    emptyIndicatorCode: told.emptyIndicatorCode ?? first(declared, (each) => each.emptyIndicatorCode),
    seals: told.seals ?? (seals.length === 0 ? null : distinct(seals)),
    // Of several consignments in one box each declares its own part.
    cargoGrossWeightKg: weights.length === 0 ? null : weights.reduce((sum, weight) => sum + weight, 0),
    consignments: members.map((member) => ({ recordId: member.id, ...evidence(member, own) })),
    eventIds: own.map(({ id }) => id),
  };
}

function evidence(member: TripConsignment, events: readonly TripEvent[]): { keyKind: LinkKind; assertedBy: string } {
  if (member.declared !== undefined) return { keyKind: 'EQUIPMENT', assertedBy: member.source };
  for (const { links, sender } of events) {
    const link = links.find(({ recordId }) => recordId === member.id);
    if (link !== undefined) return { keyKind: link.keyKind, assertedBy: sender };
  }
  return { keyKind: 'EQUIPMENT', assertedBy: member.source };
}

/**
 * The valid events, cut where a box comes in again; further reports of an event follow the leading one, retracted events what replaced them, and without
 * that belong to no cycle.
 */
function gateCycles(events: readonly TripEvent[]): TripEvent[][] {
  const cycles: TripEvent[][] = [];
  const cycleOf = new Map<string, TripEvent[]>();
  let open: TripEvent[] | undefined;
  for (const event of events.filter(({ retracted, corroborates }) => !retracted && corroborates === null)) {
    const isFact = event.eventClassifierCode === 'ACT';
    if (open === undefined && !isFact) continue;
    const cycle: TripEvent[] = open === undefined || (isFact && event.equipmentEventTypeCode === 'GTIN') ? [] : open;
    if (cycle.length === 0) cycles.push(cycle);
    cycle.push(event);
    cycleOf.set(event.id, cycle);
    open = isFact && event.equipmentEventTypeCode === 'GTOT' ? undefined : cycle;
  }
  for (const event of events) {
    const cycle = event.corroborates === null ? undefined : cycleOf.get(event.corroborates);
    if (cycle === undefined) continue;
    cycle.push(event);
    cycleOf.set(event.id, cycle);
  }
  const successors = new Map(
    events.flatMap((event) => (event.retractedEventID === null ? [] : [[event.retractedEventID, event] as const])),
  );
  for (const event of events.filter(({ retracted }) => retracted)) {
    let successor = successors.get(event.id);
    while (successor?.retracted === true) successor = successors.get(successor.id);
    if (successor !== undefined) cycleOf.get(successor.id)?.push(event);
  }
  return cycles;
}

function gateTrip(equipmentReference: string, cycle: readonly TripEvent[]): Trip {
  const [begin] = cycle;
  return {
    tripKey: JSON.stringify([equipmentReference, begin?.sourceKey, begin?.line]),
    equipmentReference,
    controllerCode: begin?.controllerCode ?? '',
    ...toldBy(cycle),
    cargoGrossWeightKg: null,
    consignments: [],
    eventIds: cycle.map(({ id }) => id),
  };
}

/** What the latest valid events say of the box. */
function toldBy(events: readonly TripEvent[]): Pick<Trip, 'ISOEquipmentCode' | 'emptyIndicatorCode' | 'seals'> {
  const facts = events.filter(({ retracted, eventClassifierCode }) => !retracted && eventClassifierCode === 'ACT');
  const further = facts.filter(({ corroborates }) => corroborates !== null);
  // The leading report says first what there is to say of an event; the others fill in.
  const latest = facts
    .filter(({ corroborates }) => corroborates === null)
    .reverse()
    .flatMap((event) => [event, ...further.filter(({ corroborates }) => corroborates === event.id)]);
  return {
    ISOEquipmentCode: first(latest, (event) => event.ISOEquipmentCode),
    emptyIndicatorCode: first(latest, (event) => event.emptyIndicatorCode),
    seals: first(latest, (event) => (event.seals.length === 0 ? null : event.seals)),
  };
}

function first<T, V>(items: readonly T[], of: (item: T) => V | null): V | null {
  for (const item of items) {
    const value = of(item);
    if (value !== null) return value;
  }
  return null;
}

function distinct(seals: readonly Seal[]): Seal[] {
  return [...new Map(seals.map((seal) => [JSON.stringify([seal.sealNumber, seal.sealSource]), seal])).values()];
}

const order = ['GTIN', 'LOAD', 'DISC', 'GTOT'];

// No id decides: they are random, and the same facts must give the same trips in every run.
function byTime(one: TripEvent, other: TripEvent): number {
  return (
    one.at - other.at ||
    order.indexOf(one.equipmentEventTypeCode) - order.indexOf(other.equipmentEventTypeCode) ||
    (one.sourceKey < other.sourceKey ? -1 : one.sourceKey > other.sourceKey ? 1 : one.line - other.line)
  );
}
