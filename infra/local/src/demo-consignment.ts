/** One made-up consignment on one of the demo's routes: what each holder is told of it, and which gates its boxes have passed. */
import type { ConsignmentMessage } from '@corridor/schemas';
import type { Gate } from './demo-codeco.ts';
import { broker, forwarders, langSonForwarder, tradingFirm } from './demo-firms.ts';
import { containerNumber, shipNumber } from './demo-numbers.ts';
import { demoRoutes, type Goods, type Route } from './demo-routes.ts';
import { type DemoHolder, demoSources } from './demo-sources.ts';
import { between, pick, type SeededRandom } from './seeded-random.ts';

/** A message of a consignment, with the instant (ms since the epoch) its source has it. */
export type Told = { readonly holder: DemoHolder; readonly at: number; readonly message: ConsignmentMessage };
/** A gate report, with the instant its source has it. */
export type Passed = { readonly holder: DemoHolder; readonly at: number; readonly gate: Gate };
/** Everything of one consignment. */
export type MadeConsignment = { readonly route: Route; readonly told: readonly Told[]; readonly passed: readonly Passed[] };

const hourMs = 3_600_000;

/**
 * Makes consignment `number` (1,001 to 999,999; equal numbers give equal references) that leaves its origin at `departsAt`, as it stands at `now`, both
 * ms since the epoch. About one in ten is late, one in thirty corrected, one in forty misses a report, waits at a port or is cancelled.
 */
export function makeConsignment(random: SeededRandom, o: { number: number; departsAt: number; now: number }): MadeConsignment {
  const route = pick(random, demoRoutes);
  const goods = pick(random, route.goods);
  const late = random() < 0.1 ? between(random, 5, 40) : 0;
  const fate = random();
  const cancelled = fate < 0.02 && o.departsAt > o.now;
  const consignment = contentOf(random, { ...o, route, goods });
  // Before anything moves, and never in the future.
  const toldAt = Math.min(o.departsAt - between(random, 26, 60) * hourMs, o.now - hourMs);
  const corrected = fate >= 0.02 && fate < 0.055 && o.departsAt < o.now;
  const told = route.holders.flatMap((holder): Told[] => {
    const message = tell(holder, o.number, consignment);
    const second = { ...message, revision: 2 };
    return [
      { holder, at: toldAt, message },
      ...(cancelled ? [{ holder, at: o.now - hourMs / 2, message: { ...second, cancelled: true } }] : []),
      ...(corrected ? [{ holder, at: o.departsAt, message: { ...second, goods: consignment.goods.map(fewer) } }] : []),
    ];
  });
  const waits = fate >= 0.055 && fate < 0.08;
  const gap = fate >= 0.08 && fate < 0.105 ? between(random, 1, route.gates.length - 1) : undefined;
  const gates = route.gates.slice(0, waits ? -1 : undefined).filter((_, index) => index !== gap);
  const passed = gates.flatMap(({ holder, type, hour, place }, index): Passed[] => {
    const at = minute(o.departsAt + (hour + (hour > 0 ? late : 0)) * hourMs + random() * 1.5 * hourMs);
    if (cancelled || at > o.now - hourMs / 6) return [];
    const { sender } = demoSources[holder];
    return consignment.equipment.map(({ equipmentReference, seals }, box) => {
      const document = `${sender.slice(0, 2)}${String(o.number).padStart(6, '0')}${index}${box}`;
      const gate: Gate = {
        sender,
        recipient: 'CORRIDOR',
        document,
        type,
        at,
        equipmentReference,
        sizeType: goods.sizeType,
        laden: true,
        carrier: 'LSCL',
        booking: bookingOf(o.number),
        place,
        grossKg: Math.round(goods.boxKg + tareKg[goods.sizeType]),
        seal: seals?.[0]?.sealNumber ?? '',
      };
      return { holder, at, gate };
    });
  });
  return { route, told, passed };
}

const tareKg: Readonly<Record<Goods['sizeType'], number>> = { '22G1': 2_250, '45G1': 3_900, '45R1': 4_600 };

type Content = Omit<ConsignmentMessage, 'recordReference' | 'revision' | 'cancelled' | 'controllerCode'>;

function contentOf(random: SeededRandom, o: { number: number; departsAt: number; route: Route; goods: Goods }): Content {
  const { route, goods, number, departsAt } = o;
  const [first] = route.legs;
  const last = route.legs.at(-1) ?? first;
  const [origin, destination] = [first.from, last.to];
  const consignor = tradingFirm(random, 'CZ', origin.UNLocationCode ?? '');
  const forwarder = origin.UNLocationCode === 'VNLGS' ? langSonForwarder : pick(random, forwarders);
  const boxes = random() < 0.25 ? 2 : 1;
  const kilograms = boxes * goods.boxKg;
  const voyage = 24 + (Math.floor(departsAt / (7 * 24 * hourMs)) % 700);
  const [ship, train] = [between(random, 10, 16), `X95${between(random, 60, 89)}`];
  return {
    references: [
      { referenceType: 'UCR', reference: `${ucrHead(departsAt, consignor)}-${String(number).padStart(6, '0')}`, level: 'HOUSE' },
      { referenceType: 'BOOKING', reference: bookingOf(number), carrierCode: 'LSCL', level: 'HOUSE' },
    ],
    legs: route.legs.map(({ departs, arrives, ...leg }, index) => ({
      sequence: index + 1,
      ...leg,
      plannedDeparture: instant(departsAt + departs * hourMs),
      plannedArrival: instant(departsAt + arrives * hourMs),
      ...(leg.modeOfTransport === 'RAIL' && { trainNumber: train }),
      ...(leg.modeOfTransport === 'VESSEL' && { vesselIMONumber: shipNumber(ship), voyageNumber: `${String(voyage).padStart(3, '0')}S` }),
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
