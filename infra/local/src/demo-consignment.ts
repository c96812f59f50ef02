/** One made-up consignment on one of the demo's routes: what each holder is told of it, what happens to its boxes, and what it travels by. */
import type { ConsignmentMessage } from '@corridor/schemas';
import type { Gate } from './demo-codeco.ts';
import { broker, forwarders, langSonForwarder, tradingFirm } from './demo-firms.ts';
import type { Handling } from './demo-handling.ts';
import { containerNumber } from './demo-numbers.ts';
import type { Place } from './demo-places.ts';
import { demoRoutes, type Goods, type Route } from './demo-routes.ts';
import { type DemoHolder, demoSources } from './demo-sources.ts';
import { lastRun, nextRun, type Run } from './demo-timetable.ts';
import { between, pick, type SeededRandom } from './seeded-random.ts';

/** A message of a consignment, with the instant (ms since the epoch) its source has it. */
export type Told = { readonly holder: DemoHolder; readonly at: number; readonly message: ConsignmentMessage };
/** A gate report, with the instant its source has it. */
export type Passed = { readonly holder: DemoHolder; readonly at: number; readonly gate: Gate };
/** A report of a box onto a vessel or off it, with the instant its source has it. */
export type Handled = { readonly holder: DemoHolder; readonly at: number; readonly handling: Handling };
/** A leg as it is travelled: by a run of the timetable, or by a truck of its own. */
export type Ride = { readonly from: Place; readonly to: Place } & (Run | Truck);
type Truck = Pick<Run, 'plannedDeparture' | 'plannedArrival' | 'departs' | 'arrives'> & {
  readonly is: 'truck';
  readonly vehicleRegistrationNumber: string;
};
/** Everything of one consignment. */
export type MadeConsignment = {
  readonly route: Route;
  readonly told: readonly Told[];
  readonly passed: readonly Passed[];
  readonly handled: readonly Handled[];
  /** What it travels by; none where it was cancelled. */
  readonly rides: readonly Ride[];
};

const hourMs = 3_600_000;

/**
 * Makes consignment `number` (1,001 to 999,999; equal numbers give equal references) that leaves its origin about `departsAt`, by the train or vessel
 * before it, as it stands at `now`, both ms since the epoch. Trains and vessels are late as the timetable says; about one consignment in thirty is
 * corrected, one in forty misses a report, waits at a port or is cancelled.
 */
export function makeConsignment(random: SeededRandom, o: { number: number; departsAt: number; now: number }): MadeConsignment {
  const { number, now } = o;
  const route = pick(random, demoRoutes);
  const goods = pick(random, route.goods);
  const fate = random();
  const rides = ridesOf(random, route, o);
  const departsAt = rides[0]?.plannedDeparture ?? o.departsAt;
  const cancelled = fate < 0.02 && departsAt > now;
  const consignment = contentOf(random, { number, departsAt, route, goods, rides });
  // Before anything moves, and never in the future.
  const toldAt = Math.min(departsAt - between(random, 26, 60) * hourMs, now - hourMs);
  const corrected = fate >= 0.02 && fate < 0.055 && departsAt < now;
  const told = route.holders.flatMap((holder): Told[] => {
    const message = tell(holder, number, consignment);
    const second = { ...message, revision: 2 };
    return [
      { holder, at: toldAt, message },
      ...(cancelled ? [{ holder, at: now - hourMs / 2, message: { ...second, cancelled: true } }] : []),
      ...(corrected ? [{ holder, at: departsAt, message: { ...second, goods: consignment.goods.map(fewer) } }] : []),
    ];
  });
  const waits = fate >= 0.055 && fate < 0.08;
  const gap = fate >= 0.08 && fate < 0.105 ? between(random, 1, route.reports.length - 1) : undefined;
  const passed: Passed[] = [];
  const handled: Handled[] = [];
  for (const [index, { holder, type, leg, end, hours, place }] of route.reports.entries()) {
    const at = minute((rides[leg]?.[end] ?? departsAt) + hours * hourMs + random() * 0.5 * hourMs);
    const ride = rides[leg];
    const isMissing = (waits && index === route.reports.length - 1) || index === gap;
    if (cancelled || isMissing || ride === undefined || at > now - hourMs / 6) continue;
    const { sender } = demoSources[holder];
    for (const [box, { equipmentReference, seals }] of consignment.equipment.entries()) {
      const report = {
        sender,
        recipient: 'CORRIDOR',
        document: `${sender.slice(0, 2)}${String(number).padStart(6, '0')}${index}${box}`,
        at,
        equipmentReference,
        sizeType: goods.sizeType,
        carrier: 'LSCL',
        booking: bookingOf(number),
        place,
        grossKg: Math.round(goods.boxKg + tareKg[goods.sizeType]),
        seal: seals?.[0]?.sealNumber ?? '',
      };
      if (type === 'GTIN' || type === 'GTOT') passed.push({ holder, at, gate: { ...report, type, laden: true } });
      else if (ride.is === 'vessel') handled.push({ holder, at, handling: { ...report, type, carriage: ride } });
    }
  }
  return { route, told, passed, handled, rides: cancelled ? [] : rides };
}

/** The runs and trucks of a consignment: the first train or vessel before `departsAt`, then the next that can be reached. */
function ridesOf(random: SeededRandom, { legs }: Route, o: { readonly number: number; readonly departsAt: number }): Ride[] {
  const rides: Ride[] = [];
  for (const { from, to, departs, arrives } of legs) {
    const before = rides.at(-1);
    const [start, end] = [from.UNLocationCode ?? '', to.UNLocationCode ?? ''];
    const first = rides[0]?.plannedDeparture ?? o.departsAt;
    const ready = Math.max(first + departs * hourMs, (before?.arrives ?? 0) + 2 * hourMs);
    const run = before === undefined ? lastRun(start, end, o.departsAt) : nextRun(start, end, ready);
    rides.push({ from, to, ...(run ?? truckOf(random, { number: o.number, ready: minute(ready), hours: arrives - departs })) });
  }
  return rides;
}

function truckOf(random: SeededRandom, { number, ready, hours }: { number: number; ready: number; hours: number }): Truck {
  const late = random() < 0.1 ? between(random, 2, 9) * 60 : between(random, -15, 40);
  return {
    is: 'truck',
    // No plate of any country has this form.
    vehicleRegistrationNumber: `SAMPLE ${String(number).padStart(6, '0')}`,
    plannedDeparture: ready,
    plannedArrival: ready + hours * hourMs,
    departs: ready + between(random, 0, 20) * 60_000,
    arrives: ready + hours * hourMs + late * 60_000,
  };
}

const tareKg: Readonly<Record<Goods['sizeType'], number>> = { '22G1': 2_250, '45G1': 3_900, '45R1': 4_600 };

const modes = { train: 'RAIL', vessel: 'VESSEL', truck: 'TRUCK' } as const;

type Content = Omit<ConsignmentMessage, 'recordReference' | 'revision' | 'cancelled' | 'controllerCode'>;

function contentOf(
  random: SeededRandom,
  o: { number: number; departsAt: number; route: Route; goods: Goods; rides: readonly Ride[] },
): Content {
  const { route, goods, number, departsAt, rides } = o;
  const [first] = route.legs;
  const last = route.legs.at(-1) ?? first;
  const [origin, destination] = [first.from, last.to];
  const consignor = tradingFirm(random, 'CZ', origin.UNLocationCode ?? '');
  const forwarder = origin.UNLocationCode === 'VNLGS' ? langSonForwarder : pick(random, forwarders);
  const boxes = random() < 0.25 ? 2 : 1;
  const kilograms = boxes * goods.boxKg;
  return {
    references: [
      { referenceType: 'UCR', reference: `${ucrHead(departsAt, consignor)}-${String(number).padStart(6, '0')}`, level: 'HOUSE' },
      { referenceType: 'BOOKING', reference: bookingOf(number), carrierCode: 'LSCL', level: 'HOUSE' },
    ],
    legs: rides.map((ride, index) => ({
      sequence: index + 1,
      modeOfTransport: modes[ride.is],
      from: ride.from,
      to: ride.to,
      partyCode: route.legs[index]?.partyCode ?? first.partyCode,
      plannedDeparture: instant(ride.plannedDeparture),
      plannedArrival: instant(ride.plannedArrival),
      ...(ride.is === 'train' && { trainNumber: ride.trainNumber }),
      ...(ride.is === 'vessel' && { vesselIMONumber: ride.vesselIMONumber, voyageNumber: ride.voyageNumber }),
    })),
    participants: [consignor, tradingFirm(random, 'CN', destination.UNLocationCode ?? ''), forwarder, broker],
    equipment: Array.from({ length: boxes }, (_, box) => ({
      equipmentReference: boxOf(number * 2 + box),
      ISOEquipmentCode: goods.sizeType,
      emptyIndicatorCode: 'LADEN' as const,
      seals: [{ sealNumber: `LS${String(number).padStart(6, '0')}${box}`, sealSource: 'CA' }],
      cargoGrossWeight: { value: goods.boxKg, unitCode: 'KGM' as const },
    })),
    goods: [
      {
        descriptionOfGoods: goods.descriptionOfGoods,
        HSCode: goods.HSCode,
        numberOfPackages: Math.round(kilograms / goods.packageKg),
        cargoGrossWeight: { value: kilograms, unitCode: 'KGM' },
      },
    ],
    declaredValue: { amount: (kilograms * goods.kgValue).toFixed(2), currencyCode: route.currencyCode },
    placeOfReceipt: origin,
    placeOfDelivery: destination,
  };
}

function tell(holder: DemoHolder, number: number, content: Content): ConsignmentMessage {
  const { sender, controllerCode } = demoSources[holder];
  const recordReference = `${sender.slice(0, 2)}-2026-${String(number).padStart(6, '0')}`;
  return { recordReference, revision: 1, cancelled: false, controllerCode, ...content };
}

// Six in a hundred packages were left behind.
function fewer(goods: ConsignmentMessage['goods'][number]): ConsignmentMessage['goods'][number] {
  return { ...goods, numberOfPackages: Math.floor((goods.numberOfPackages ?? 0) * 0.94) };
}

// WCO: last digit of the year, country, the sender's number.
function ucrHead(departsAt: number, { identification }: { readonly identification: string }): string {
  const [country, own] = identification.startsWith('VN:')
    ? ['VN', identification.slice(3)]
    : [identification.length === 10 ? 'SG' : 'CN', identification];
  return `${new Date(departsAt).getUTCFullYear() % 10}${country}${own}`;
}

function bookingOf(number: number): string {
  return `LSB27${String(number).padStart(6, '0')}`;
}

function boxOf(seed: number): string {
  return containerNumber(300_000 + (seed % 600_000)) ?? boxOf(seed + 300_001);
}

function minute(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}

function instant(at: number): string {
  return new Date(minute(at)).toISOString().replace('.000Z', 'Z');
}
