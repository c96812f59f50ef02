/**
 * A population of one party (Guangxi), the same in every run: what the viewers of the measurements may see, and what they may not.
 *
 * Seen: consignments by Chongqing to Singapore, all by one forwarder of Lanzhou, who sees them as a named firm, while an officer of Chongqing sees them as
 * routed. Hidden from both: consignments by Guizhou to Viet Nam of other firms. Of ten hidden ones, one was in a box that a seen consignment was in at
 * another time, and one goes by the vessel call of seen ones: what may not be seen lies beside what may, not only elsewhere.
 */
import { createHash } from 'node:crypto';
import { idOf, type Noun } from '../schemas/src/index.ts';
import { consignmentIdOf } from '../subgraphs/directory/src/index/consignment-id.ts';

/** Who sees the seen part. */
export const forwarder = 'GS/bench-forwarder';

/** How many consignments, each of one trip of a box and of ten events. */
export type Size = { readonly seen: number; readonly hidden: number };

/** The sizes of a population of so many events, and of one in which a tenth is hidden of what is hidden there. One in a hundred consignments is seen. */
export function sizesOf(events: number): { readonly large: Size; readonly small: Size } {
  const consignments = Math.max(15, Math.round(events / steps.length));
  const seen = Math.max(5, Math.round(consignments / 100));
  const hidden = 10 * Math.round((consignments - seen) / 10);
  return { large: { seen, hidden }, small: { seen, hidden: hidden / 10 } };
}

/** What happens to a box, in order: event code, classifier, days after the consignment was told. */
export const steps = [
  ['PICK', 'ACT', 0.2],
  ['GTOT', 'ACT', 0.3],
  ['GTIN', 'EST', 0.4],
  ['GTIN', 'ACT', 2],
  ['CUSS', 'ACT', 2.5],
  ['CUSI', 'ACT', 3],
  ['CUSR', 'ACT', 3.5],
  ['LOAD', 'PLN', 4],
  ['LOAD', 'ACT', 5],
  ['DISC', 'ACT', 9],
] as const;

/** A firm on a consignment. */
export type Participant = { readonly as: string; readonly org: string; readonly scheme: string; readonly identification: string };

/** A consignment with its one trip. Times in ms since the epoch. */
export type MadeConsignment = {
  /** Names the row for ever: `seen 12`. */
  readonly word: string;
  readonly isSeen: boolean;
  readonly id: string;
  readonly consignmentId: string;
  readonly equipmentId: string;
  readonly equipmentReference: string;
  readonly reference: string;
  readonly carrierBookingReference: string;
  readonly callWord: string;
  readonly route: readonly string[];
  readonly destination: string;
  readonly participants: readonly Participant[];
  /** Equal for consignments with the same route, destination and participants: the same readers. */
  readonly readers: string;
  readonly toldAt: number;
};

/** A call of a vessel with what it carries. */
export type MadeCall = {
  readonly word: string;
  readonly id: string;
  readonly vesselIMONumber: string;
  readonly voyageNumber: string;
  readonly arrivesAt: number;
  readonly carries: readonly MadeConsignment[];
};

/** A population. Consignments in the order in which they were told. */
export type Population = {
  readonly size: Size;
  readonly consignments: readonly MadeConsignment[];
  readonly calls: readonly MadeCall[];
};

// All is told within this time.
const firstTold = Date.parse('2026-04-01T00:00:00Z');
const lastTold = Date.parse('2026-09-20T00:00:00Z');

/** The last change of all. */
export const lastChange = lastTold + 9 * 24 * 60 * 60 * 1_000;

/** The id of a record; local parts are as scattered as random ones. */
export function madeId(noun: Noun, word: string): string {
  return idOf('guangxi', noun, createHash('md5').update(`${noun} ${word}`).digest('hex').slice(0, 16));
}

/** Makes a population. */
export function makePopulation(size: Size): Population {
  const callsOfSeen = Math.max(1, Math.round(size.seen / 20));
  const consignments = [
    ...Array.from({ length: size.seen }, (_, n) =>
      consignment({
        word: `seen ${n}`,
        box: `seen ${n}`,
        callWord: `seen ${n % callsOfSeen}`,
        toldAt: timeOf(n, size.seen),
        route: ['CQ', 'GS', 'GX', 'SG'],
        destination: 'SG',
        participants: participantsOf(n, forwarder),
      }),
    ),
    ...Array.from({ length: size.hidden }, (_, n) =>
      consignment({
        word: `hidden ${n}`,
        box: n % 10 === 0 ? `seen ${(n / 10) % size.seen}` : `hidden ${Math.floor(n / 4)}`,
        callWord: n % 10 === 1 ? `seen ${Math.floor(n / 10) % callsOfSeen}` : `hidden ${Math.floor(n / 200)}`,
        toldAt: timeOf(n, size.hidden),
        route: ['GX', 'GZ', 'VN'],
        destination: 'VN',
        participants: participantsOf(n, `GZ/bench-forwarder-${n % 40}`),
      }),
    ),
  ].sort((one, other) => one.toldAt - other.toldAt || (one.word < other.word ? -1 : 1));
  const carried = new Map<string, MadeConsignment[]>();
  for (const each of consignments) carried.set(each.callWord, [...(carried.get(each.callWord) ?? []), each]);
  return { size, consignments, calls: [...carried].map(([word, carries]) => call(word, carries)) };
}

function consignment(o: {
  readonly word: string;
  readonly box: string;
  readonly callWord: string;
  readonly toldAt: number;
  readonly route: readonly string[];
  readonly destination: string;
  readonly participants: readonly Participant[];
}): MadeConsignment {
  const { word, box, ...rest } = o;
  const id = madeId('consignment-record', word);
  return {
    ...rest,
    word,
    isSeen: word.startsWith('seen'),
    id,
    consignmentId: consignmentIdOf(id),
    equipmentId: madeId('equipment-record', word),
    equipmentReference: `LSCU${digitsOf(`box ${box}`, 7)}`,
    reference: `BENCH${word.replace(' ', '').toUpperCase()}`,
    carrierBookingReference: `BK${digitsOf(`booking ${word}`, 10)}`,
    readers: JSON.stringify([o.route, o.destination, o.participants.map(({ as, org }) => [as, org])]),
  };
}

function call(word: string, carries: readonly MadeConsignment[]): MadeCall {
  // What is seen of a call does not depend on what is hidden on it.
  const seen = carries.filter(({ isSeen }) => isSeen);
  const told = (seen.length > 0 ? seen : carries).map(({ toldAt }) => toldAt);
  return {
    word,
    id: madeId('vessel-call', word),
    ...voyageOf(word),
    arrivesAt: Math.round(told.reduce((sum, at) => sum + at, 0) / told.length) + 4 * dayMs,
    carries,
  };
}

/** The vessel and voyage of a call, as the legs of what it carries name them. */
export function voyageOf(callWord: string): { readonly vesselIMONumber: string; readonly voyageNumber: string } {
  return { vesselIMONumber: `9${digitsOf(`vessel ${callWord}`, 6)}`, voyageNumber: `${digitsOf(`voyage ${callWord}`, 5)}S` };
}

function participantsOf(n: number, forwarding: string): readonly Participant[] {
  const firm = (as: string, org: string): Participant => ({ as, org, scheme: 'USCC', identification: `91BENCH${digitsOf(org, 11)}` });
  return [firm('CZ', `GS/bench-shipper-${n % 200}`), firm('CN', `SG/bench-importer-${n % 20}`), firm('FW', forwarding)];
}

/** A day. */
export const dayMs = 24 * 60 * 60 * 1_000;

function timeOf(n: number, of: number): number {
  return Math.round(firstTold + ((n + 0.5) / of) * (lastTold - firstTold));
}

function digitsOf(word: string, digits: number): string {
  const number = BigInt(`0x${createHash('md5').update(word).digest('hex').slice(0, 15)}`) % 10n ** BigInt(digits);
  return String(number).padStart(digits, '0');
}
