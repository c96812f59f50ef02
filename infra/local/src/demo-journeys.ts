/**
 * The four journeys of the demo, as their holders describe them. Each is a function of `hours`, which gives the instant so many hours after the demo's
 * first start. The gate reports of one bear the same box, booking and seal. The file is long because it is data.
 */
import type { ConsignmentMessage } from '@corridor/schemas';
import type { Gate } from './demo-codeco.ts';
import { applesDocuments, partsDocuments } from './demo-documents.ts';
import {
  chongqing,
  foreignFirm,
  guiyang,
  haiphong,
  langSon,
  lanzhou,
  mainlandFirm,
  nanning,
  qinzhou,
  singapore,
  youyiguan,
} from './demo-places.ts';

/** A journey: what `consignment.v1` says of it, and what its gate reports have in common. */
export type Journey = {
  readonly consignment: Omit<ConsignmentMessage, 'recordReference' | 'revision' | 'cancelled' | 'controllerCode'>;
  readonly gate: Pick<Gate, 'equipmentReference' | 'sizeType' | 'laden' | 'carrier' | 'booking' | 'grossKg' | 'seal'>;
};

type Hours = (count: number) => string;

/** Motorcycle parts by block train Chongqing → Qinzhou, then by vessel to Singapore, where they have come; a forwarder in Lanzhou arranges it. */
export function parts(hours: Hours): Journey {
  return {
    consignment: {
      references: [
        { referenceType: 'UCR', reference: '4CN91500000MA0000000X-000123', level: 'HOUSE' },
        { referenceType: 'BOOKING', reference: 'LSB2600123', carrierCode: 'LSCL', level: 'HOUSE' },
      ],
      legs: [
        {
          sequence: 1,
          modeOfTransport: 'RAIL',
          from: chongqing,
          to: qinzhou,
          partyCode: 'CQ',
          plannedDeparture: hours(-192),
          plannedArrival: hours(-146),
          trainNumber: 'X9571',
          masterReference: 'CQQZ-X9571',
        },
        {
          sequence: 2,
          modeOfTransport: 'VESSEL',
          from: qinzhou,
          to: singapore,
          partyCode: 'SG',
          plannedDeparture: hours(-132),
          plannedArrival: hours(-12),
          vesselIMONumber: '3100007',
          voyageNumber: '024S',
        },
      ],
      participants: [
        mainlandFirm('CZ', '91500000MA0000031E', '重庆示例汽车零部件有限公司', 'Chongqing Sample Auto Parts Co., Ltd.'),
        foreignFirm('CN', 'UEN', '202600002N', 'Sample Motor Spares Pte. Ltd.'),
        mainlandFirm('FW', '91620100MA0000015W', '兰州示例国际货运代理有限公司', 'Lanzhou Sample Freight Forwarding Co., Ltd.'),
        mainlandFirm('DT', '91450700MA00000588', '钦州示例报关有限公司', 'Qinzhou Sample Customs Brokers Co., Ltd.'),
      ],
      equipment: [
        {
          equipmentReference: 'LSCU1000016',
          ISOEquipmentCode: '45G1',
          emptyIndicatorCode: 'LADEN',
          seals: [{ sealNumber: 'CQ600123', sealSource: 'CA' }],
          cargoGrossWeight: { value: 18_400, unitCode: 'KGM' },
        },
      ],
      goods: [
        {
          descriptionOfGoods: '摩托车零件 motorcycle parts',
          HSCode: '871410',
          numberOfPackages: 640,
          cargoGrossWeight: { value: 18_400, unitCode: 'KGM' },
        },
      ],
      declaredValue: { amount: '486000.00', currencyCode: 'CNY' },
      placeOfReceipt: chongqing,
      placeOfDelivery: singapore,
      transportDocuments: partsDocuments(hours),
    },
    gate: {
      equipmentReference: 'LSCU1000016',
      sizeType: '45G1',
      laden: true,
      carrier: 'LSCL',
      booking: 'LSB2600123',
      grossKg: 22_300,
      seal: 'CQ600123',
    },
  };
}

/** Apples by rail Lanzhou → Guiyang → Qinzhou, then by vessel to Singapore. */
export function apples(hours: Hours): Journey {
  return {
    consignment: {
      references: [
        { referenceType: 'UCR', reference: '4CN91620100MA0000023P-000207', level: 'HOUSE' },
        { referenceType: 'RAIL_WAYBILL', reference: 'LZ26000207', carrierCode: 'CR', level: 'HOUSE' },
        { referenceType: 'BOOKING', reference: 'LSB2600207', carrierCode: 'LSCL', level: 'HOUSE' },
      ],
      legs: [
        {
          sequence: 1,
          modeOfTransport: 'RAIL',
          from: lanzhou,
          to: guiyang,
          partyCode: 'GS',
          plannedDeparture: hours(-72),
          plannedArrival: hours(-30),
          trainNumber: 'X9574',
        },
        {
          sequence: 2,
          modeOfTransport: 'RAIL',
          from: guiyang,
          to: qinzhou,
          partyCode: 'GZ',
          plannedDeparture: hours(-24),
          plannedArrival: hours(-4),
          trainNumber: 'X9576',
        },
        {
          sequence: 3,
          modeOfTransport: 'VESSEL',
          from: qinzhou,
          to: singapore,
          partyCode: 'SG',
          plannedDeparture: hours(20),
          plannedArrival: hours(140),
          vesselIMONumber: '3100033',
          voyageNumber: '031S',
        },
      ],
      participants: [
        mainlandFirm('CZ', '91620100MA0000023P', '兰州示例果品有限公司', 'Lanzhou Sample Orchards Co., Ltd.'),
        foreignFirm('CN', 'UEN', '202600001K', 'Sample Fresh Imports Pte. Ltd.'),
        mainlandFirm('FW', '91620100MA0000015W', '兰州示例国际货运代理有限公司', 'Lanzhou Sample Freight Forwarding Co., Ltd.'),
      ],
      equipment: [
        {
          equipmentReference: 'LSCU1000021',
          ISOEquipmentCode: '45R1',
          emptyIndicatorCode: 'LADEN',
          seals: [{ sealNumber: 'GS700207', sealSource: 'SH' }],
        },
        {
          equipmentReference: 'LSCU1000037',
          ISOEquipmentCode: '45R1',
          emptyIndicatorCode: 'LADEN',
          seals: [{ sealNumber: 'GS700208', sealSource: 'SH' }],
        },
      ],
      goods: [
        {
          descriptionOfGoods: '鲜苹果 fresh apples',
          HSCode: '080810',
          numberOfPackages: 2_400,
          cargoGrossWeight: { value: 48.6, unitCode: 'TNE' },
        },
      ],
      declaredValue: { amount: '372000.00', currencyCode: 'CNY' },
      placeOfReceipt: lanzhou,
      placeOfDelivery: singapore,
      transportDocuments: applesDocuments(hours),
    },
    gate: {
      equipmentReference: 'LSCU1000021',
      sizeType: '45R1',
      laden: true,
      carrier: 'LSCL',
      booking: 'LSB2600207',
      grossKg: 28_900,
      seal: 'GS700207',
    },
  };
}

/** Tyres by rail Guiyang → Qinzhou, then by vessel to Haiphong; late at the port. */
export function tyres(hours: Hours): Journey {
  return {
    consignment: {
      references: [
        { referenceType: 'UCR', reference: '4CN91520100MA00000749-000311', level: 'HOUSE' },
        { referenceType: 'TRANSPORT_DOCUMENT', reference: 'LSCLGYHP0311', carrierCode: 'LSCL', level: 'HOUSE' },
        { referenceType: 'BOOKING', reference: 'LSB2600311', carrierCode: 'LSCL', level: 'HOUSE' },
      ],
      legs: [
        {
          sequence: 1,
          modeOfTransport: 'RAIL',
          from: guiyang,
          to: qinzhou,
          partyCode: 'GZ',
          plannedDeparture: hours(-60),
          plannedArrival: hours(-40),
          trainNumber: 'X9582',
        },
        {
          sequence: 2,
          modeOfTransport: 'VESSEL',
          from: qinzhou,
          to: haiphong,
          partyCode: 'VN',
          plannedDeparture: hours(-6),
          plannedArrival: hours(30),
          vesselIMONumber: '3100019',
          voyageNumber: '117W',
        },
      ],
      participants: [
        mainlandFirm('CZ', '91520100MA00000749', '贵州示例第七贸易有限公司', 'Guizhou Sample Trading No. 7 Co., Ltd.'),
        foreignFirm('CN', 'NATIONAL', 'VN:0200000002', 'Sample Haiphong Tyres Co., Ltd.'),
      ],
      equipment: [
        {
          equipmentReference: 'LSCU2000026',
          ISOEquipmentCode: '22G1',
          emptyIndicatorCode: 'LADEN',
          seals: [{ sealNumber: 'GZ800311', sealSource: 'CA' }],
        },
      ],
      goods: [
        {
          descriptionOfGoods: '载重汽车轮胎 truck tyres',
          HSCode: '401120',
          numberOfPackages: 260,
          cargoGrossWeight: { value: 14_950, unitCode: 'KGM' },
        },
      ],
      declaredValue: { amount: '41800.00', currencyCode: 'USD' },
      placeOfReceipt: guiyang,
      placeOfDelivery: haiphong,
    },
    gate: {
      equipmentReference: 'LSCU2000026',
      sizeType: '22G1',
      laden: true,
      carrier: 'LSCL',
      booking: 'LSB2600311',
      grossKg: 17_200,
      seal: 'GZ800311',
    },
  };
}

/** Durian by truck Lang Son → Youyiguan → Nanning. */
export function durian(hours: Hours): Journey {
  return {
    consignment: {
      references: [{ referenceType: 'UCR', reference: '6VN0100000003-000055', level: 'HOUSE' }],
      legs: [
        {
          sequence: 1,
          modeOfTransport: 'TRUCK',
          from: langSon,
          to: youyiguan,
          partyCode: 'VN',
          plannedDeparture: hours(-8),
          plannedArrival: hours(-3),
        },
        {
          sequence: 2,
          modeOfTransport: 'TRUCK',
          from: youyiguan,
          to: nanning,
          partyCode: 'GX',
          plannedDeparture: hours(-1),
          plannedArrival: hours(4),
        },
      ],
      participants: [
        foreignFirm('CZ', 'NATIONAL', 'VN:0100000003', 'Sample Lang Son Farm Produce Co., Ltd.'),
        mainlandFirm('CN', '91451481MA0000066A', '凭祥示例果品进口有限公司', 'Pingxiang Sample Fruit Imports Co., Ltd.'),
        foreignFirm('FW', 'NATIONAL', 'VN:0100000001', 'Sample Lang Son Logistics Co., Ltd.'),
        mainlandFirm('DT', '91450700MA00000588', '钦州示例报关有限公司', 'Qinzhou Sample Customs Brokers Co., Ltd.'),
      ],
      equipment: [
        {
          equipmentReference: 'LSCU3000015',
          ISOEquipmentCode: '45R1',
          emptyIndicatorCode: 'LADEN',
          seals: [{ sealNumber: 'VN900055', sealSource: 'SH' }],
        },
      ],
      goods: [
        {
          descriptionOfGoods: '鲜榴莲 fresh durian',
          HSCode: '081060',
          numberOfPackages: 1_080,
          cargoGrossWeight: { value: 19.4, unitCode: 'TNE' },
        },
      ],
      declaredValue: { amount: '96500.00', currencyCode: 'USD' },
      placeOfReceipt: langSon,
      placeOfDelivery: nanning,
    },
    gate: {
      equipmentReference: 'LSCU3000015',
      sizeType: '45R1',
      laden: true,
      carrier: 'LSCL',
      booking: 'VNR000055',
      grossKg: 24_100,
      seal: 'VN900055',
    },
  };
}
