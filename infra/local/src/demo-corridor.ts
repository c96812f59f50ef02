/**
 * The consignments of the demo: one believable journey per province, told by each holder in its own words to its own door. Firms are invented, box
 * and vessel numbers are synthetic with valid check digits, every time counts from the demo's first start.
 */
import type { ConsignmentMessage } from '@corridor/schemas';
import type { DemoMessage } from './demo.ts';
import { codeco, type Gate } from './demo-codeco.ts';

type Place = NonNullable<ConsignmentMessage['placeOfDelivery']>;
type Participant = ConsignmentMessage['participants'][number];
type Holder = 'guangxi' | 'chongqing' | 'guizhou' | 'gansu' | 'asean';

/** The source system of each holder: its client, its UNB identification, and the controller it speaks for. */
const sources: Record<Holder, { readonly client: string; readonly sender: string; readonly controllerCode: string }> = {
  guangxi: { client: 'gx-terminal-system', sender: 'GXTERM', controllerCode: 'port-operator' },
  chongqing: { client: 'cq-terminal-system', sender: 'CQTERM', controllerCode: 'railway' },
  guizhou: { client: 'gz-terminal-system', sender: 'GZTERM', controllerCode: 'railway' },
  gansu: { client: 'gs-terminal-system', sender: 'GSTERM', controllerCode: 'railway' },
  asean: { client: 'sg-terminal-system', sender: 'SGTERM', controllerCode: 'SG.port-operator' },
};

const chongqing: Place = { UNLocationCode: 'CNCQI', locationName: { zh: '重庆', en: 'Chongqing' } };
const lanzhou: Place = { UNLocationCode: 'CNLAZ', locationName: { zh: '兰州', en: 'Lanzhou' } };
const guiyang: Place = { UNLocationCode: 'CNGYA', locationName: { zh: '贵阳', en: 'Guiyang' } };
const qinzhou: Place = {
  UNLocationCode: 'CNQZH',
  facilityCode: 'BICT',
  facilityCodeListProvider: 'SMDG',
  locationName: { zh: '钦州港', en: 'Qinzhou' },
};
const youyiguan: Place = { UNLocationCode: 'CNYYG', locationName: { zh: '友谊关', en: 'Youyiguan' } };
const nanning: Place = { UNLocationCode: 'CNNIN', locationName: { zh: '南宁', en: 'Nanning' } };
const singapore: Place = {
  UNLocationCode: 'SGSIN',
  facilityCode: 'PSATUA',
  facilityCodeListProvider: 'SMDG',
  locationName: { zh: '新加坡', en: 'Singapore' },
};
const haiphong: Place = { UNLocationCode: 'VNHPH', locationName: { zh: '海防', en: 'Haiphong' } };
const langSon: Place = { UNLocationCode: 'VNLGS', locationName: { zh: '谅山', en: 'Lang Son' } };

const mainlandFirm = (participantFunction: string, identification: string, zh: string, en: string): Participant => ({
  participantFunction,
  identificationScheme: 'USCC',
  identification,
  partyName: { zh, en },
});
const foreignFirm = (
  participantFunction: string,
  identificationScheme: 'UEN' | 'NATIONAL',
  identification: string,
  en: string,
): Participant => ({
  participantFunction,
  identificationScheme,
  identification,
  partyName: { en },
});

const hourMs = 3_600_000;

/** All messages, each holder's in the order its source sends them; equal for equal `now` (ms since the epoch), to the byte. */
export function demoMessages(now: number): DemoMessage[] {
  const start = Math.floor(now / hourMs) * hourMs;
  const hours = (count: number): string => new Date(start + count * hourMs).toISOString().replace('.000Z', 'Z');
  const tell = (holder: Holder, content: Omit<ConsignmentMessage, 'revision' | 'cancelled' | 'controllerCode'>): DemoMessage => ({
    party: holder,
    client: sources[holder].client,
    contentType: 'application/json',
    query: 'format=consignment.v1',
    body: JSON.stringify({ revision: 1, cancelled: false, controllerCode: sources[holder].controllerCode, ...content }),
  });
  const report = (holder: Holder, atHour: number, gate: Omit<Gate, 'sender' | 'recipient' | 'at'>): DemoMessage => ({
    party: holder,
    client: sources[holder].client,
    contentType: 'application/EDIFACT',
    query: '',
    body: codeco({ ...gate, sender: sources[holder].sender, recipient: 'CORRIDOR', at: start + atHour * hourMs }),
  });

  // Motor parts by block train Chongqing → Qinzhou, then by vessel to Singapore.
  const parts = {
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
        plannedDeparture: hours(-96),
        plannedArrival: hours(-48),
        trainNumber: 'X9571',
        masterReference: 'CQQZ-X9571',
      },
      {
        sequence: 2,
        modeOfTransport: 'VESSEL',
        from: qinzhou,
        to: singapore,
        partyCode: 'SG',
        plannedDeparture: hours(20),
        plannedArrival: hours(140),
        vesselIMONumber: '3100007',
        voyageNumber: '024S',
      },
    ],
    participants: [
      mainlandFirm('CZ', '91500000MA0000031E', '重庆示例汽车零部件有限公司', 'Chongqing Sample Auto Parts Co., Ltd.'),
      foreignFirm('CN', 'UEN', '202600002N', 'Sample Motor Spares Pte. Ltd.'),
      mainlandFirm('FW', '91500000MA000004X6', '重庆示例供应链有限公司', 'Chongqing Sample Supply Chain Co., Ltd.'),
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
        descriptionOfGoods: '汽车零件 motor parts',
        HSCode: '870899',
        numberOfPackages: 640,
        cargoGrossWeight: { value: 18_400, unitCode: 'KGM' },
      },
    ],
    declaredValue: { amount: '486000.00', currencyCode: 'CNY' },
    placeOfReceipt: chongqing,
    placeOfDelivery: singapore,
  } satisfies Partial<ConsignmentMessage>;
  const partsGate = {
    equipmentReference: 'LSCU1000016',
    sizeType: '45G1',
    laden: true,
    carrier: 'LSCL',
    booking: 'LSB2600123',
    grossKg: 22_300,
    seal: 'CQ600123',
  };

  // Apples by rail Lanzhou → Guiyang → Qinzhou, then by vessel to Singapore.
  const apples = {
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
        vesselIMONumber: '3100007',
        voyageNumber: '024S',
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
  } satisfies Partial<ConsignmentMessage>;
  const applesGate = {
    equipmentReference: 'LSCU1000021',
    sizeType: '45R1',
    laden: true,
    carrier: 'LSCL',
    booking: 'LSB2600207',
    grossKg: 28_900,
    seal: 'GS700207',
  };

  // Tyres by rail Guiyang → Qinzhou, then by vessel to Haiphong; late at the port.
  const tyres = {
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
  } satisfies Partial<ConsignmentMessage>;
  const tyresGate = {
    equipmentReference: 'LSCU2000026',
    sizeType: '22G1',
    laden: true,
    carrier: 'LSCL',
    booking: 'LSB2600311',
    grossKg: 17_200,
    seal: 'GZ800311',
  };

  // Durian by truck Lang Son → Youyiguan → Nanning.
  const durian = {
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
  } satisfies Partial<ConsignmentMessage>;
  const durianGate = {
    equipmentReference: 'LSCU3000015',
    sizeType: '45R1',
    laden: true,
    carrier: 'LSCL',
    booking: 'VNR000055',
    grossKg: 24_100,
    seal: 'VN900055',
  };

  return [
    tell('chongqing', { recordReference: 'CQ-2026-000123', ...parts }),
    report('chongqing', -98, { document: 'CQ0000123', type: 'GTIN', place: { UNLocationCode: 'CNCQI', terminal: 'CQTJC' }, ...partsGate }),
    report('chongqing', -96, { document: 'CQ0000124', type: 'GTOT', place: { UNLocationCode: 'CNCQI', terminal: 'CQTJC' }, ...partsGate }),
    tell('gansu', { recordReference: 'GS-2026-000207', ...apples }),
    report('gansu', -74, { document: 'GS0000207', type: 'GTIN', place: { UNLocationCode: 'CNLAZ', terminal: 'LZDC' }, ...applesGate }),
    report('gansu', -72, { document: 'GS0000208', type: 'GTOT', place: { UNLocationCode: 'CNLAZ', terminal: 'LZDC' }, ...applesGate }),
    tell('guizhou', { recordReference: 'GZ-2026-000207', ...apples }),
    report('guizhou', -30, { document: 'GZ0000207', type: 'GTIN', place: { UNLocationCode: 'CNGYA', terminal: 'GZDLY' }, ...applesGate }),
    report('guizhou', -24, { document: 'GZ0000208', type: 'GTOT', place: { UNLocationCode: 'CNGYA', terminal: 'GZDLY' }, ...applesGate }),
    tell('guizhou', { recordReference: 'GZ-2026-000311', ...tyres }),
    report('guizhou', -60, { document: 'GZ0000311', type: 'GTOT', place: { UNLocationCode: 'CNGYA', terminal: 'GZDLY' }, ...tyresGate }),
    tell('guangxi', { recordReference: 'GX-2026-000123', ...parts }),
    report('guangxi', -47, {
      document: 'GX0000123',
      type: 'GTIN',
      place: { UNLocationCode: 'CNQZH', terminal: 'BICT:TER:ZZZ' },
      ...partsGate,
    }),
    tell('guangxi', { recordReference: 'GX-2026-000207', ...apples }),
    tell('guangxi', { recordReference: 'GX-2026-000311', ...tyres }),
    report('guangxi', -2, {
      document: 'GX0000311',
      type: 'GTIN',
      place: { UNLocationCode: 'CNQZH', terminal: 'BICT:TER:ZZZ' },
      ...tyresGate,
    }),
    tell('guangxi', { recordReference: 'GX-2026-000055', ...durian }),
    report('guangxi', -3, { document: 'GX0000055', type: 'GTIN', place: { UNLocationCode: 'CNYYG', terminal: 'YYGGATE' }, ...durianGate }),
    tell('asean', { recordReference: 'SG-2026-000123', ...parts }),
    tell('asean', { recordReference: 'SG-2026-000207', ...apples }),
  ];
}
