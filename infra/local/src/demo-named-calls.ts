/**
 * What the named consignments of the demo travel by: calls of block trains, vessels, trucks and a barge, told by the holders at whose places they are. The
 * train with the tyres came a day and a half late, and its estimate moved with every message; that of the train with the apples still moves.
 */
import type { TransportCallMessage } from '@corridor/schemas';
import { chongqing, guiyang, lanzhou, type Place, qinzhou, singapore, youyiguan } from './demo-places.ts';
import { type DemoHolder, demoSources } from './demo-sources.ts';

/** A message of a call, and who sends it. */
export type NamedCall = { readonly holder: DemoHolder; readonly message: TransportCallMessage };

type Hours = (count: number) => string;
type Times = TransportCallMessage['times'];
type Kind = `${'ARRI' | 'DEPA'} ${'PLN' | 'EST' | 'ACT'}`;
type Carried = Pick<TransportCallMessage, 'modeOfTransport'> & Partial<TransportCallMessage>;

const qinzhouStation: Place = { UNLocationCode: 'CNQZH', locationName: { zh: '钦州港东站', en: 'Qinzhou Port East Railway Station' } };
const wuzhou: Place = { UNLocationCode: 'CNWUZ', locationName: { zh: '梧州港', en: 'Wuzhou Port' } };

/** All of them; `hours` gives the instant so many hours after the demo's first start. Revisions of one call follow each other. */
export function namedCalls(hours: Hours): NamedCall[] {
  const told = (
    holder: DemoHolder,
    recordReference: string,
    place: Place,
    carried: Carried,
    ...revisions: readonly Partial<Record<Kind, number>>[]
  ): NamedCall[] =>
    revisions.map((times, index) => ({
      holder,
      message: {
        recordReference,
        revision: index + 1,
        cancelled: false,
        controllerCode: demoSources[holder].controllerCode,
        ...carried,
        place,
        times: timesOf(times, hours),
      },
    }));
  return [
    // The parts and the split ones leave Chongqing by the same service, five days apart; then the car parts.
    ...told('chongqing', 'X9571-1', chongqing, block('X9571', 'CNCQI', 'CNQZH'), { 'DEPA PLN': -192, 'DEPA ACT': -192 }),
    ...told('chongqing', 'X9571-2', chongqing, block('X9571', 'CNCQI', 'CNQZH'), { 'DEPA PLN': -74, 'DEPA ACT': -73 }),
    ...told('chongqing', 'X9573-1', chongqing, block('X9573', 'CNCQI', 'CNQZH'), { 'DEPA PLN': -50, 'DEPA ACT': -50 }),
    ...told('gansu', 'X9574-1', lanzhou, block('X9574', 'CNLAZ', 'CNGYA'), { 'DEPA PLN': -72, 'DEPA ACT': -72 }),
    ...told('gansu', 'X9594-1', lanzhou, block('X9594', 'CNLAZ', 'CNGYA'), { 'DEPA PLN': -100, 'DEPA ACT': -99 }),
    ...told('guizhou', 'X9574-1', guiyang, block('X9574', 'CNLAZ', 'CNGYA'), { 'ARRI PLN': -30, 'ARRI ACT': -31 }),
    ...told('guizhou', 'X9576-1', guiyang, block('X9576', 'CNGYA', 'CNQZH'), { 'DEPA PLN': -24, 'DEPA ACT': -23 }),
    ...told('guizhou', 'X9582-1', guiyang, block('X9582', 'CNGYA', 'CNQZH'), { 'DEPA PLN': -60, 'DEPA ACT': -60 }),
    ...told('guangxi', 'X9571-1', qinzhouStation, block('X9571', 'CNCQI', 'CNQZH'), { 'ARRI PLN': -146, 'ARRI ACT': -145 }),
    ...told('guangxi', 'X9571-2', qinzhouStation, block('X9571', 'CNCQI', 'CNQZH'), { 'ARRI PLN': -28, 'ARRI ACT': -28 }),
    ...told('guangxi', 'X9573-1', qinzhouStation, block('X9573', 'CNCQI', 'CNQZH'), { 'ARRI PLN': -4, 'ARRI ACT': -4 }),
    ...told('guangxi', 'X9596-1', qinzhouStation, block('X9596', 'CNGYA', 'CNQZH'), { 'ARRI PLN': -32, 'ARRI ACT': -32 }),
    ...told(
      'guangxi',
      'X9576-1',
      qinzhouStation,
      block('X9576', 'CNGYA', 'CNQZH'),
      { 'ARRI PLN': -4, 'ARRI EST': -3 },
      { 'ARRI PLN': -4, 'ARRI EST': 3 },
      { 'ARRI PLN': -4, 'ARRI EST': 6 },
    ),
    ...told(
      'guangxi',
      'X9582-1',
      qinzhouStation,
      block('X9582', 'CNGYA', 'CNQZH'),
      { 'ARRI PLN': -40, 'ARRI EST': -39 },
      { 'ARRI PLN': -40, 'ARRI EST': -20 },
      { 'ARRI PLN': -40, 'ARRI EST': -5 },
      { 'ARRI PLN': -40, 'ARRI EST': -5, 'ARRI ACT': -3 },
    ),
    ...told(
      'guangxi',
      '3100007-024S',
      qinzhou,
      vessel('3100007', 'LAND SEA SAMPLE', '023N', '024S', 'S7'),
      { 'ARRI PLN': -156, 'ARRI ACT': -155, 'DEPA PLN': -132, 'DEPA EST': -131 },
      { 'ARRI PLN': -156, 'ARRI ACT': -155, 'DEPA PLN': -132, 'DEPA EST': -131, 'DEPA ACT': -131 },
    ),
    // It leaves without the tyres.
    ...told('guangxi', '3100019-117W', qinzhou, vessel('3100019', 'GULF SAMPLE', '116E', '117W', 'S8'), {
      'ARRI PLN': -30,
      'ARRI ACT': -29,
      'DEPA PLN': -6,
      'DEPA ACT': -5,
    }),
    ...told('guangxi', '3100033-031S', qinzhou, vessel('3100033', 'STRAITS SAMPLE', '030N', '031S', 'N1'), {
      'ARRI PLN': -2,
      'ARRI ACT': -1,
      'DEPA PLN': 20,
      'DEPA EST': 22,
    }),
    ...told('guangxi', '3100045-018S', qinzhou, vessel('3100045', 'XIJIANG SAMPLE', '017N', '018S', 'N1'), {
      'ARRI PLN': 164,
      'DEPA PLN': 188,
    }),
    ...told(
      'asean',
      '3100007-024S',
      singapore,
      vessel('3100007', 'LAND SEA SAMPLE', '024S', '025N', 'P12'),
      { 'ARRI PLN': -12, 'ARRI EST': -10, 'DEPA PLN': 12 },
      { 'ARRI PLN': -12, 'ARRI EST': -10, 'ARRI ACT': -11, 'DEPA PLN': 12, 'DEPA EST': 14 },
    ),
    ...told('asean', '3100033-031S', singapore, vessel('3100033', 'STRAITS SAMPLE', '031S', '032N', 'P14'), {
      'ARRI PLN': 140,
      'ARRI EST': 142,
    }),
    ...told('guangxi', 'TRUCK-000055', youyiguan, truck('SAMPLE 000055'), {
      'ARRI PLN': -3,
      'ARRI ACT': -3,
      'DEPA PLN': -1,
      'DEPA EST': 1,
    }),
    // The one that is held.
    ...told(
      'guangxi',
      'TRUCK-000056',
      youyiguan,
      truck('SAMPLE 000056'),
      { 'ARRI PLN': -74, 'ARRI ACT': -74, 'DEPA PLN': -71 },
      { 'ARRI PLN': -74, 'ARRI ACT': -74, 'DEPA PLN': -71, 'DEPA EST': 5 },
    ),
    ...told('guangxi', 'BARGE-0003', wuzhou, barge, { 'ARRI PLN': -20, 'ARRI ACT': -19, 'DEPA PLN': -8, 'DEPA ACT': -8 }),
  ];
}

const services: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  'CNCQI-CNQZH': { zh: '重庆—钦州班列', en: 'Chongqing – Qinzhou block train' },
  'CNLAZ-CNGYA': { zh: '兰州—贵阳班列', en: 'Lanzhou – Guiyang block train' },
  'CNGYA-CNQZH': { zh: '贵阳—钦州班列', en: 'Guiyang – Qinzhou block train' },
};

function block(trainNumber: string, from: string, to: string): Carried {
  const railServiceName = services[`${from}-${to}`];
  return { modeOfTransport: 'RAIL', trainNumber, rotation: [from, to], ...(railServiceName !== undefined && { railServiceName }) };
}

function vessel(vesselIMONumber: string, vesselName: string, comesBy: string, leavesBy: string, berthCode: string): Carried {
  const voyages = { carrierImportVoyageNumber: comesBy, carrierExportVoyageNumber: leavesBy };
  return { modeOfTransport: 'VESSEL', vesselIMONumber, vesselName, ...voyages, berthCode, rotation: ['CNQZH', 'SGSIN', 'VNHPH'] };
}

function truck(vehicleRegistrationNumber: string): Carried {
  return { modeOfTransport: 'TRUCK', controllerCode: 'customs', vehicleRegistrationNumber, rotation: ['VNLGS', 'CNYYG'] };
}

// Barges of the Xijiang have no IMO number.
const barge: Carried = { modeOfTransport: 'BARGE', controllerCode: 'waterway', vesselName: 'XIJIANG BARGE SAMPLE 3', rotation: ['CNWUZ'] };

function timesOf(times: Partial<Record<Kind, number>>, hours: Hours): Times {
  const events = { ARRI: 'ARRI', DEPA: 'DEPA' } as const;
  const classifiers = { PLN: 'PLN', EST: 'EST', ACT: 'ACT' } as const;
  return Object.values(events).flatMap((transportEventTypeCode) =>
    Object.values(classifiers).flatMap((eventClassifierCode) => {
      const hour = times[`${transportEventTypeCode} ${eventClassifierCode}`];
      return hour === undefined ? [] : [{ transportEventTypeCode, eventClassifierCode, eventDateTime: hours(hour) }];
    }),
  );
}
