import { interchange, localTime } from './demo-interchange.ts';

/** What a gate report of the demo tells: one box through one gate. */
export type Gate = {
  /** UNB identification of the source system, as the owner registered it. */
  readonly sender: string;
  readonly recipient: string;
  /** Number of the document, unique at the sender. */
  readonly document: string;
  readonly type: 'GTIN' | 'GTOT';
  /** BGM 1225: `9` original (the default), `5` replaces the document of that number, `1` takes it back. */
  readonly function?: '9' | '5' | '1';
  /** ms since the epoch; the message bears local time of UTC+8. */
  readonly at: number;
  readonly equipmentReference: string;
  readonly sizeType: string;
  readonly laden: boolean;
  readonly carrier: string;
  readonly booking: string;
  /** UN/LOCODE; the terminal as the source writes it: a code of its own, or one of SMDG's list (`BICT:TER:ZZZ`). */
  readonly place: { readonly UNLocationCode: string; readonly terminal: string };
  readonly grossKg: number;
  readonly seal: string;
};

/** One interchange with one CODECO, D.95B, of one box: a text of our own in the form the standard gives it. */
export function codeco(gate: Gate): string {
  return codecoOf([gate]);
}

/** The same of several boxes of one carrier through the gates of one sender, all in or all out, under the first one's number. */
export function codecoOf(gates: readonly [Gate, ...Gate[]]): string {
  const [first] = gates;
  const { sender, recipient, document: reference } = first;
  const segments = [
    `BGM+${first.type === 'GTIN' ? '34' : '36'}+${reference}+${first.function ?? '9'}`,
    `NAD+CF+${first.carrier}:160:166`,
    ...gates.flatMap(boxOf),
    `CNT+16:${gates.length}`,
  ];
  const sentAt = Math.max(...gates.map(({ at }) => at)) + 5 * 60_000;
  return interchange({ sender, recipient, reference, sentAt }, [{ type: 'CODECO:D:95B:UN:ITG14', segments }]);
}

function boxOf({ equipmentReference, sizeType, laden, booking, at, place, grossKg, seal }: Gate): string[] {
  return [
    `EQD+CN+${equipmentReference}+${sizeType}:102:5++2+${laden ? '5' : '4'}`,
    `RFF+BN:${booking}`,
    `DTM+7:${localTime(at)}:203`,
    `LOC+165+${place.UNLocationCode}:139:6+${place.terminal}`,
    `MEA+AAE+G+KGM:${grossKg}`,
    `SEL+${seal}+CA`,
  ];
}
