/** Four more named consignments of the demo, each with something that goes otherwise than planned. The four of `demo-journeys.ts` tell the plain story. */
import type { ConsignmentMessage } from '@corridor/schemas';
import { broker, forwarders, langSonForwarder } from './demo-firms.ts';
import type { Journey } from './demo-journeys.ts';
import {
  chongqing,
  foreignFirm,
  guiyang,
  langSon,
  lanzhou,
  mainlandFirm,
  nanning,
  type Place,
  qinzhou,
  singapore,
  youyiguan,
} from './demo-places.ts';

type Hours = (count: number) => string;
type Leg = ConsignmentMessage['legs'][number];
type Box = { readonly equipmentReference: string; readonly sealNumber: string };

const [lanzhouForwarder] = forwarders;
const motors = mainlandFirm('CZ', '91500000MA0000031E', '重庆示例汽车零部件有限公司', 'Chongqing Sample Auto Parts Co., Ltd.');
const spares = foreignFirm('CN', 'UEN', '202600002N', 'Sample Motor Spares Pte. Ltd.');
const orchards = mainlandFirm('CZ', '91620100MA0000023P', '兰州示例果品有限公司', 'Lanzhou Sample Orchards Co., Ltd.');
const freshImports = foreignFirm('CN', 'UEN', '202600001K', 'Sample Fresh Imports Pte. Ltd.');

/** Dragon fruit that stands at Youyiguan: three days ago in, planned on three hours later, never out. */
export function held(hours: Hours): Journey {
  return journeyOf({
    ucr: '6VN0100000003-000056',
    booking: 'VNR000056',
    legs: [leg('TRUCK', langSon, youyiguan, 'VN', hours(-79), hours(-74)), leg('TRUCK', youyiguan, nanning, 'GX', hours(-71), hours(-66))],
    participants: [
      foreignFirm('CZ', 'NATIONAL', 'VN:0100000003', 'Sample Lang Son Farm Produce Co., Ltd.'),
      mainlandFirm('CN', '91451481MA0000066A', '凭祥示例果品进口有限公司', 'Pingxiang Sample Fruit Imports Co., Ltd.'),
      langSonForwarder,
      broker,
    ],
    boxes: [{ equipmentReference: 'LSCU3000020', sealNumber: 'VN900056' }],
    sizeType: '45R1',
    goods: { descriptionOfGoods: '火龙果 dragon fruit', HSCode: '081090', numberOfPackages: 1_030, kilograms: 20_600 },
    declaredValue: { amount: '22660.00', currencyCode: 'USD' },
  });
}

/** Car parts of which Chongqing first reported a wrong gate time, and forty packages too many. `packages`: as of the revision. */
export function corrected(hours: Hours, packages: 720 | 680): Journey {
  return journeyOf({
    ucr: '4CN91500000MA0000031E-000124',
    booking: 'LSB2600124',
    legs: [
      { ...leg('RAIL', chongqing, qinzhou, 'CQ', hours(-50), hours(-4)), trainNumber: 'X9573' },
      vesselLeg(hours, { departs: 20, arrives: 140, vesselIMONumber: '3100033', voyageNumber: '031S' }),
    ],
    participants: [motors, spares, lanzhouForwarder, broker],
    boxes: [{ equipmentReference: 'LSCU1000042', sealNumber: 'CQ600124' }],
    sizeType: '45G1',
    goods: { descriptionOfGoods: '汽车零件 motor vehicle parts', HSCode: '870899', numberOfPackages: packages, kilograms: packages * 22.5 },
    declaredValue: { amount: '550800.00', currencyCode: 'CNY' },
  });
}

/** Goji berries that left Lanzhou and came to Qinzhou: of the two days at Guiyang between, nobody reported anything. */
export function gap(hours: Hours): Journey {
  return journeyOf({
    ucr: '4CN91620100MA0000023P-000208',
    booking: 'LSB2600208',
    legs: [
      { ...leg('RAIL', lanzhou, guiyang, 'GS', hours(-100), hours(-58)), trainNumber: 'X9594' },
      { ...leg('RAIL', guiyang, qinzhou, 'GZ', hours(-52), hours(-32)), trainNumber: 'X9596' },
      vesselLeg(hours, { departs: 20, arrives: 140, vesselIMONumber: '3100033', voyageNumber: '031S' }),
    ],
    participants: [orchards, freshImports, lanzhouForwarder],
    boxes: [{ equipmentReference: 'LSCU1000058', sealNumber: 'GS700210' }],
    sizeType: '22G1',
    goods: { descriptionOfGoods: '枸杞 goji berries, dried', HSCode: '081340', numberOfPackages: 730, kilograms: 14_600 },
    declaredValue: { amount: '700800.00', currencyCode: 'CNY' },
  });
}

/** Two boxes of motorcycle parts under one reference: one goes with voyage 031S, the other a week later with 018S. Legs name no box, so both show both. */
export function split(hours: Hours): Journey {
  return journeyOf({
    ucr: '4CN91500000MA0000031E-000125',
    booking: 'LSB2600125',
    legs: [
      { ...leg('RAIL', chongqing, qinzhou, 'CQ', hours(-74), hours(-28)), trainNumber: 'X9571' },
      vesselLeg(hours, { departs: 20, arrives: 140, vesselIMONumber: '3100033', voyageNumber: '031S' }),
      vesselLeg(hours, { departs: 188, arrives: 308, vesselIMONumber: '3100045', voyageNumber: '018S' }),
    ],
    participants: [motors, spares, lanzhouForwarder, broker],
    boxes: [
      { equipmentReference: 'LSCU1000063', sealNumber: 'CQ600125' },
      { equipmentReference: 'LSCU1000079', sealNumber: 'CQ600126' },
    ],
    sizeType: '45G1',
    goods: { descriptionOfGoods: '摩托车零件 motorcycle parts', HSCode: '871410', numberOfPackages: 1_280, kilograms: 36_800 },
    declaredValue: { amount: '972000.00', currencyCode: 'CNY' },
  });
}

function leg(modeOfTransport: Leg['modeOfTransport'], from: Place, to: Place, partyCode: string, departs: string, arrives: string): Leg {
  return { sequence: 1, modeOfTransport, from, to, partyCode, plannedDeparture: departs, plannedArrival: arrives };
}

function vesselLeg(
  hours: Hours,
  o: { readonly departs: number; readonly arrives: number; readonly vesselIMONumber: string; readonly voyageNumber: string },
): Leg {
  const { departs, arrives, ...vessel } = o;
  return { ...leg('VESSEL', qinzhou, singapore, 'SG', hours(departs), hours(arrives)), ...vessel };
}

function journeyOf(o: {
  readonly ucr: string;
  readonly booking: string;
  readonly legs: readonly [Leg, ...Leg[]];
  readonly participants: ConsignmentMessage['participants'];
  readonly boxes: readonly [Box, ...Box[]];
  readonly sizeType: string;
  readonly goods: {
    readonly descriptionOfGoods: string;
    readonly HSCode: string;
    readonly numberOfPackages: number;
    readonly kilograms: number;
  };
  readonly declaredValue: { readonly amount: string; readonly currencyCode: string };
}): Journey {
  const { ucr, booking, legs, participants, boxes, sizeType, goods, declaredValue } = o;
  const { kilograms, ...described } = goods;
  const [first] = legs;
  const last = legs.at(-1) ?? first;
  const [{ equipmentReference, sealNumber }] = boxes;
  return {
    consignment: {
      references: [
        { referenceType: 'UCR', reference: ucr, level: 'HOUSE' },
        { referenceType: 'BOOKING', reference: booking, carrierCode: 'LSCL', level: 'HOUSE' },
      ],
      legs: legs.map((each, index) => ({ ...each, sequence: index + 1 })),
      participants,
      equipment: boxes.map((box) => ({
        equipmentReference: box.equipmentReference,
        ISOEquipmentCode: sizeType,
        emptyIndicatorCode: 'LADEN',
        seals: [{ sealNumber: box.sealNumber, sealSource: 'CA' }],
      })),
      goods: [{ ...described, cargoGrossWeight: { value: kilograms, unitCode: 'KGM' } }],
      declaredValue,
      placeOfReceipt: first.from,
      placeOfDelivery: last.to,
    },
    gate: {
      equipmentReference,
      sizeType,
      laden: true,
      carrier: 'LSCL',
      booking,
      grossKg: Math.round(kilograms / boxes.length) + 3_900,
      seal: sealNumber,
    },
  };
}
