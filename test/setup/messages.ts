/** Messages a source sends to an owner's door, made for tests: firms and boxes are invented, check digits are valid. */
import { readEquipmentReference } from '@corridor/schemas';

/** What a test says of a consignment; the rest is plausible. */
export type Consignment = {
  readonly recordReference: string;
  readonly revision?: number;
  readonly cancelled?: boolean;
  readonly controllerCode?: string;
  readonly ucr: string;
  readonly booking?: string;
  readonly box: string;
  /** UN/LOCODE and registry code of each stop, first to last. */
  readonly route: readonly (readonly [UNLocationCode: string, partyCode: string])[];
  readonly participants?: readonly object[];
  readonly over?: object;
};

const carrierCode = 'LSCL';
const day = 86_400_000;

/** A forwarder of Lanzhou that all owners have registered as the organisation GS/lz-forwarder. */
export const lanzhouForwarder = {
  participantFunction: 'FW',
  identificationScheme: 'USCC',
  identification: '91620100MA0000015W',
  partyName: { zh: '兰州示例国际货运代理有限公司', en: 'Lanzhou Sample Freight Forwarding Co., Ltd.' },
} as const;

/** The body of one `consignment.v1`. */
export function consignment(about: Consignment): string {
  const now = Date.now();
  const at = (offset: number): string => new Date(Math.floor((now + offset) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  const place = ([UNLocationCode]: readonly [string, string]): object => ({ UNLocationCode });
  const legs = about.route.slice(1).map((to, index) => ({
    sequence: index + 1,
    modeOfTransport: index === about.route.length - 2 && about.route.length > 2 ? 'VESSEL' : 'RAIL',
    from: place(about.route[index] ?? to),
    to: place(to),
    partyCode: to[1],
    plannedDeparture: at((index - 2) * day),
    plannedArrival: at((index - 1) * day),
  }));
  return JSON.stringify({
    recordReference: about.recordReference,
    revision: about.revision ?? 1,
    cancelled: about.cancelled ?? false,
    controllerCode: about.controllerCode ?? 'port-operator',
    references: [
      { referenceType: 'UCR', reference: about.ucr, level: 'HOUSE' },
      ...(about.booking === undefined ? [] : [{ referenceType: 'BOOKING', reference: about.booking, carrierCode, level: 'HOUSE' }]),
    ],
    legs,
    participants: about.participants ?? [
      {
        participantFunction: 'CZ',
        identificationScheme: 'USCC',
        identification: '91500000MA5D00016C',
        partyName: { zh: '重庆山城摩托配件有限公司' },
      },
      {
        participantFunction: 'CN',
        identificationScheme: 'UEN',
        identification: '202600123K',
        partyName: { en: 'Straits Two-Wheel Parts Pte. Ltd.' },
      },
    ],
    equipment: [
      {
        equipmentReference: about.box,
        ISOEquipmentCode: '45G1',
        emptyIndicatorCode: 'LADEN',
        seals: [{ sealNumber: 'CQ600123', sealSource: 'CA' }],
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
    placeOfReceipt: place(about.route[0] ?? ['CNCQI', 'CQ']),
    placeOfDelivery: place(about.route.at(-1) ?? ['SGSIN', 'SG']),
    ...about.over,
  });
}

/** What a test says of a gate report. */
export type GateReport = {
  readonly sender?: string;
  readonly document: string;
  readonly box: string;
  readonly booking?: string;
  readonly type?: 'GTIN' | 'GTOT';
  /** BGM 1225: 9 original, 5 replace, 1 cancel. */
  readonly function?: '9' | '5' | '1';
  readonly place?: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
};

/** One interchange with one CODECO D.95B, times local at UTC+8. */
export function codeco(about: GateReport): string {
  const local = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 12);
  const at = about.at ?? Math.floor(Date.now() / 60_000) * 60_000;
  const sent = local(at + 60_000);
  const body = [
    'UNH+1+CODECO:D:95B:UN:ITG14',
    `BGM+${about.type === 'GTOT' ? '36' : '34'}+${about.document}+${about.function ?? '9'}`,
    `NAD+CF+LSCL:160:166`,
    `EQD+CN+${about.box}+45G1:102:5++2+5`,
    ...(about.booking === undefined ? [] : [`RFF+BN:${about.booking}`]),
    `DTM+7:${local(at)}:203`,
    `LOC+165+${about.place ?? 'CNQZH'}:139:6+BICT:TER:ZZZ`,
    'CNT+16:1',
  ];
  return [
    `UNB+UNOC:3+${about.sender ?? 'GXTERM'}+CORRIDOR+${sent.slice(2, 8)}:${sent.slice(8)}+${about.document}`,
    ...body,
    `UNT+${body.length + 1}+1`,
    `UNZ+1+${about.document}`,
    '',
  ].join("'");
}

/** A valid number of an invented box (ISO 6346): the next of its owner whose check digit is not the one owners avoid. */
export function boxNumber(serial: number): string {
  const reference = [...'0123456789']
    .map((digit) => `LSCU${String(serial % 1_000_000).padStart(6, '0')}${digit}`)
    .find((text) => readEquipmentReference(text).findings.length === 0);
  return reference ?? boxNumber(serial + 500_000);
}
