/** When trains and vessels of the demo's traffic go, and how late each is: the same for whoever asks, so that consignments share them. */
import { shipNumber } from './demo-numbers.ts';
import { between, seededRandom } from './seeded-random.ts';

/** One run of a train or vessel. Times in ms since the epoch: as planned, and as they turn out. */
export type Run = {
  readonly plannedDeparture: number;
  readonly plannedArrival: number;
  readonly departs: number;
  readonly arrives: number;
} & (
  | { readonly is: 'train'; readonly trainNumber: string; readonly serviceName: { readonly zh: string; readonly en: string } }
  | { readonly is: 'vessel'; readonly vesselIMONumber: string; readonly vesselName: string; readonly voyageNumber: string }
);

type Service = {
  readonly everyHours: number;
  /** Hours behind a multiple of `everyHours` since the epoch. */
  readonly hour: number;
  readonly takesHours: number;
} & (
  | { readonly is: 'train'; readonly firstNumber: number; readonly serviceName: { readonly zh: string; readonly en: string } }
  | { readonly is: 'vessel'; readonly ships: readonly number[]; readonly direction: 'S' | 'N' | 'W' }
);

const train = (everyHours: number, hour: number, takesHours: number, firstNumber: number, zh: string, en: string): Service => ({
  is: 'train',
  everyHours,
  hour,
  takesHours,
  firstNumber,
  serviceName: { zh, en },
});

/** By the two places, `CNCQI-CNQZH`. */
const services: ReadonlyMap<string, Service> = new Map([
  ['CNCQI-CNQZH', train(24, 10, 46, 9_100, '重庆—钦州班列', 'Chongqing – Qinzhou block train')],
  ['CNLAZ-CNGYA', train(48, 6, 42, 9_120, '兰州—贵阳班列', 'Lanzhou – Guiyang block train')],
  ['CNGYA-CNQZH', train(48, 6, 20, 9_140, '贵阳—钦州班列', 'Guiyang – Qinzhou block train')],
  ['CNQZH-CNCQI', train(72, 14, 48, 9_160, '钦州—重庆班列', 'Qinzhou – Chongqing block train')],
  ['CNQZH-SGSIN', { is: 'vessel', everyHours: 84, hour: 4, takesHours: 120, ships: [10, 11, 12, 13], direction: 'S' }],
  // The same four on their way back, a day after they came.
  ['SGSIN-CNQZH', { is: 'vessel', everyHours: 84, hour: 64, takesHours: 118, ships: [13, 10, 11, 12], direction: 'N' }],
  ['CNQZH-VNHPH', { is: 'vessel', everyHours: 84, hour: 20, takesHours: 36, ships: [14, 15], direction: 'W' }],
]);

const hourMs = 3_600_000;

/** The first run from one place to another that is planned to leave at `earliest` or later; `undefined` where no train or vessel goes. */
export function nextRun(from: string, to: string, earliest: number): Run | undefined {
  const service = services.get(`${from}-${to}`);
  if (service === undefined) return undefined;
  return runOf(service, Math.ceil((earliest / hourMs - service.hour) / service.everyHours));
}

/** The last run planned to leave at `latest` or before. */
export function lastRun(from: string, to: string, latest: number): Run | undefined {
  const service = services.get(`${from}-${to}`);
  if (service === undefined) return undefined;
  return runOf(service, Math.floor((latest / hourMs - service.hour) / service.everyHours));
}

function runOf(service: Service, index: number): Run {
  const { everyHours, hour, takesHours } = service;
  const plannedDeparture = (index * everyHours + hour) * hourMs;
  const plannedArrival = plannedDeparture + takesHours * hourMs;
  const random = seededRandom(index * 1_000 + everyHours + takesHours);
  // One in ten comes late; all others keep within the hour.
  const lateMs = (random() < 0.1 ? between(random, 5, 36) * 60 : between(random, -25, 50)) * 60_000;
  const times = {
    plannedDeparture,
    plannedArrival,
    departs: plannedDeparture + between(random, 0, 40) * 60_000,
    arrives: plannedArrival + lateMs,
  };
  if (service.is === 'train') {
    // Eight numbers of a service follow each other: one comes again after eight days at the earliest.
    return { is: 'train', ...times, trainNumber: `X${service.firstNumber + (index % 8)}`, serviceName: service.serviceName };
  }
  const ship = service.ships[index % service.ships.length] ?? 10;
  return {
    is: 'vessel',
    ...times,
    vesselIMONumber: shipNumber(ship),
    vesselName: `LAND SEA SAMPLE ${ship}`,
    voyageNumber: `${String(100 + (index % 800)).padStart(3, '0')}${service.direction}`,
  };
}
