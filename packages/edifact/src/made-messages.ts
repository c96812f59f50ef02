// Messages made for the tests: invented firms, the project's own boxes. Nothing here was ever sent.
import { type Interchange, type Message, readInterchange } from './envelope.ts';
import type { PartnerProfile } from './profile.ts';

/** The terminal whose messages the tests read; local time of Qinzhou. */
export const terminal: PartnerProfile = {
  sender: 'QZGATE',
  timeZone: 'Asia/Shanghai',
  documentNames: {},
  places: { QZDLP: 'CNQZH' },
  sizeTypes: { BIGBOX: '45G1' },
  facilities: { S6: 'GX-QZ-S6' },
};

/** Segments of a gate-in of one laden box, behind BGM and before CNT. */
export const box: readonly string[] = [
  'EQD+CN+LSCU1000016+22G1:102:5++2+5',
  'RFF+BN:BK0001',
  'RFF+BM:LSQZH0001',
  'DTM+7:202607261205:203',
  'LOC+165+CNQZH:139:6+BICT:TER:ZZZ',
  'MEA+AAE+VGM+KGM:24180.5',
  'SEL+LS004711+CA',
  'TDT+1++3+++++GXN12345:146',
];

/** What a message is made of; everything not named is plausible. */
export type Made = {
  readonly reference?: string;
  readonly type?: string;
  readonly bgm?: string;
  readonly header?: readonly string[];
  readonly groups?: readonly (readonly string[])[];
  readonly trailer?: readonly string[];
};

/** A CODECO, UNH to UNT with the right count, each segment ended by `'`. */
export function codeco(made: Made = {}): string {
  const reference = made.reference ?? '1';
  const groups = made.groups ?? [box];
  const segments = [
    `UNH+${reference}+${made.type ?? 'CODECO:D:95B:UN:SMDG21'}`,
    made.bgm ?? 'BGM+34+GT0001+9',
    ...(made.header ?? ['TDT+20+126W+1++LSL:172:20+++3100007:146::BEIBU STAR', 'NAD+CF+LSL:160:20']),
    ...groups.flat(),
    ...(made.trailer ?? [`CNT+16:${groups.length}`]),
  ];
  return [...segments, `UNT+${segments.length + 1}+${reference}`].map((segment) => `${segment}'`).join('');
}

/** Segments of one container, as COARRI reports it. */
export const handledBox: readonly string[] = [
  'EQD+CN+LSCU1000016+22G1:102:5++3+5',
  'RFF+BN:BK0001',
  'RFF+BM:LSQZH0001',
  'DTM+203:202607261205:203',
  'LOC+147+0140682::5',
  'LOC+165+CNQZH:139:6+BICT:TER:ZZZ',
  'MEA+AAE+VGM+KGM:24180.5',
  'MEA+AAE+T+KGM:2200',
  'SEL+LS004711+CA',
];

/** A COARRI, a discharge report of one laden box. */
export function coarri(made: Made = {}): string {
  return codeco({ type: 'COARRI:D:95B:UN:SMDG20', bgm: 'BGM+44+DR0001+9', groups: [handledBox], ...made });
}

/** Segments of one status behind CNI: a train has left with one laden box. */
export const departure: readonly string[] = [
  'STS+1+RL',
  'RFF+BN:BK0001',
  'DTM+334:202607261205:203',
  'LOC+175+CNQZH:139:6+BICT:TER:ZZZ',
  'TDT+30+X9502+2',
  'LOC+8+CNCKG:139:6',
  'DTM+132:202607280600:203',
  'EQD+CN+LSCU1000016+22G1:102:5+++5',
];

/** An IFTSTA of one consignment; `groups` are its statuses. */
export function iftsta(made: Made = {}): string {
  return codeco({
    type: 'IFTSTA:D:00B:UN',
    bgm: 'BGM+23+ST0001+9',
    header: ['DTM+137:202607261300:203', 'NAD+CA+LSL:160:20', 'RFF+BM:LSQZH0001', 'CNI+1+WB0001'],
    groups: [departure],
    trailer: [],
    ...made,
  });
}

/** Segments of an order for three empty boxes. */
export const order: readonly string[] = [
  'EQD+CN++45G1:102:5+2+2+4',
  'RFF+BN:BK0001',
  'EQN+3',
  'DTM+201:202607260800:203',
  'DTM+36:20260731:102',
  'LOC+98+CNQZH:139:6+BICT:TER:ZZZ',
];

/** A COPARN, a release order. */
export function coparn(made: Made = {}): string {
  return codeco({ type: 'COPARN:D:95B:UN:SMDG16', bgm: 'BGM+12+RO0001+9', groups: [order], ...made });
}

/** An interchange of messages, with the right count. */
export function interchange(messages: readonly string[] = [codeco()], syntax = 'UNOA:2'): string {
  return `UNB+${syntax}+QZGATE+GXCORR+260726:1230+IC0001'${messages.join('')}UNZ+${messages.length}+IC0001'`;
}

/** Bytes of a text, one for each UTF-16 unit. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** What a text reads as. */
export function read(text: string, options?: Parameters<typeof readInterchange>[1]): Interchange {
  return readInterchange(bytes(text), options);
}

/** The only message of a text. */
export function onlyMessage(text: string): Message {
  const { messages } = read(text);
  const [message] = messages;
  if (message === undefined || messages.length !== 1) throw new Error(`${messages.length} messages where the test made one`);
  return message;
}
