/** Calls of trains, vessels and trucks in the demo's traffic: at each place where a holder reports, as they stand at a given time. */
import type { TransportCallMessage } from '@corridor/schemas';
import type { Ride } from './demo-consignment.ts';
import type { Place } from './demo-places.ts';
import { type DemoHolder, demoSources } from './demo-sources.ts';

/** A message of a call, and who sends it. */
export type CalledAt = { readonly holder: DemoHolder; readonly message: TransportCallMessage };

type Times = TransportCallMessage['times'];

const hourMs = 3_600_000;
/** How long a vessel lies, a truck stands at the crossing. */
const stays = { vessel: 20 * hourMs, truck: 3 * hourMs } as const;

// Haiphong, Lang Son and Nanning report to nobody here.
const reporters: ReadonlyMap<string, DemoHolder> = new Map([
  ['CNCQI', 'chongqing'],
  ['CNLAZ', 'gansu'],
  ['CNGYA', 'guizhou'],
  ['CNQZH', 'guangxi'],
  ['CNYYG', 'guangxi'],
  ['SGSIN', 'asean'],
]);

/**
 * The calls of these rides, each once: what was planned, what is estimated from three days ahead on, and what has happened by `now` (ms since the
 * epoch). Of a ride that is under way and late, the estimate is told twice, the second time by a revision.
 */
export function callsOf(rides: readonly Ride[], now: number): CalledAt[] {
  const calls = new Map<string, CalledAt[]>();
  for (const ride of rides) {
    for (const end of ['from', 'to'] as const) {
      const holder = reporters.get(ride[end].UNLocationCode ?? '');
      // A truck calls where it comes in; where it goes on, the same call goes on.
      if (holder === undefined || (ride.is === 'truck' && end === 'from')) continue;
      const reference = referenceOf(ride, ride[end]);
      if (!calls.has(reference)) calls.set(reference, callOf(ride, end, { holder, reference, now }));
    }
  }
  return [...calls.values()].flat();
}

function callOf(
  ride: Ride,
  end: 'from' | 'to',
  o: { readonly holder: DemoHolder; readonly reference: string; readonly now: number },
): CalledAt[] {
  const { holder, reference, now } = o;
  const isLate = ride.arrives - ride.plannedArrival > 2 * hourMs;
  const isUnderWay = ride.departs <= now && ride.arrives > now;
  const message = (revision: number, times: Times): CalledAt => ({
    holder,
    message: {
      recordReference: reference,
      revision,
      cancelled: false,
      controllerCode: ride.is === 'truck' ? 'customs' : demoSources[holder].controllerCode,
      ...carriedBy(ride, end),
      place: ride[end],
      rotation: [ride.from, ride.to].flatMap(({ UNLocationCode }) => UNLocationCode ?? []),
      times,
    },
  });
  const times = timesOf(ride, end, now);
  if (!(isLate && isUnderWay && end === 'to')) return [message(1, times)];
  const hopeful = times.map((time) =>
    time.transportEventTypeCode === 'ARRI' && time.eventClassifierCode === 'EST'
      ? { ...time, eventDateTime: instant(ride.plannedArrival) }
      : time,
  );
  return [message(1, hopeful), message(2, times)];
}

function carriedBy(ride: Ride, end: 'from' | 'to'): Partial<TransportCallMessage> & Pick<TransportCallMessage, 'modeOfTransport'> {
  switch (ride.is) {
    case 'train':
      return { modeOfTransport: 'RAIL', trainNumber: ride.trainNumber, railServiceName: ride.serviceName };
    case 'truck':
      return { modeOfTransport: 'TRUCK', vehicleRegistrationNumber: ride.vehicleRegistrationNumber };
    case 'vessel': {
      const { vesselIMONumber, vesselName, voyageNumber } = ride;
      const voyage = end === 'from' ? { carrierExportVoyageNumber: voyageNumber } : { carrierImportVoyageNumber: voyageNumber };
      return { modeOfTransport: 'VESSEL', vesselIMONumber, vesselName, ...voyage };
    }
  }
}

// A train begins or ends where it calls; a vessel came before it leaves, and leaves after it came.
function timesOf(ride: Ride, end: 'from' | 'to', now: number): Times {
  const departure = ['DEPA', ride.plannedDeparture, ride.departs] as const;
  const arrival = ['ARRI', ride.plannedArrival, ride.arrives] as const;
  if (ride.is === 'train') return kindsOf([end === 'from' ? departure : arrival], now);
  const stay = stays[ride.is];
  return end === 'from'
    ? kindsOf([['ARRI', ride.plannedDeparture - stay, ride.departs - stay], departure], now)
    : kindsOf([arrival, ['DEPA', ride.plannedArrival + stay, ride.arrives + stay]], now);
}

function kindsOf(events: readonly (readonly ['ARRI' | 'DEPA', number, number])[], now: number): Times {
  return events.flatMap(([transportEventTypeCode, planned, actual]): Times => {
    const told = (eventClassifierCode: 'PLN' | 'EST' | 'ACT', at: number): Times[number] => ({
      transportEventTypeCode,
      eventClassifierCode,
      eventDateTime: instant(at),
    });
    const isKnown = actual <= now - hourMs / 6;
    return [
      told('PLN', planned),
      ...(!isKnown && actual - now < 72 * hourMs ? [told('EST', actual)] : []),
      ...(isKnown ? [told('ACT', actual)] : []),
    ];
  });
}

function referenceOf(ride: Ride, { UNLocationCode = '' }: Place): string {
  const day = new Date(ride.plannedDeparture).toISOString().slice(0, 10);
  switch (ride.is) {
    case 'train':
      return `${ride.trainNumber} ${day} ${UNLocationCode}`;
    case 'truck':
      return `${ride.vehicleRegistrationNumber} ${day} ${UNLocationCode}`;
    case 'vessel':
      return `${ride.vesselIMONumber} ${ride.voyageNumber} ${day} ${UNLocationCode}`;
  }
}

function instant(at: number): string {
  return new Date(Math.floor(at / 60_000) * 60_000).toISOString().replace('.000Z', 'Z');
}
