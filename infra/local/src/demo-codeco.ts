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

/** One interchange with one CODECO, D.95B: a text of our own in the form the standard gives it. */
export function codeco(gate: Gate): string {
  return codecos([gate]);
}

/** One interchange with one CODECO per gate, all of one sender; it bears the first document's number and goes out five minutes after the last gate. */
export function codecos(gates: readonly [Gate, ...Gate[]]): string {
  const [{ sender, recipient, document }] = gates;
  const sent = localTime(Math.max(...gates.map(({ at }) => at)) + 5 * 60_000);
  return [
    "UNA:+.? '",
    `UNB+UNOC:3+${sender}+${recipient}+${sent.slice(2, 8)}:${sent.slice(8)}+${document}'`,
    ...gates.flatMap((gate, index) => messageOf(gate, String(index + 1))),
    `UNZ+${gates.length}+${document}'`,
  ].join('\n');
}

function messageOf(gate: Gate, reference: string): string[] {
  const { place } = gate;
  const segments = [
    `UNH+${reference}+CODECO:D:95B:UN:ITG14`,
    `BGM+${gate.type === 'GTIN' ? '34' : '36'}+${gate.document}+${gate.function ?? '9'}`,
    `NAD+CF+${gate.carrier}:160:166`,
    `EQD+CN+${gate.equipmentReference}+${gate.sizeType}:102:5++2+${gate.laden ? '5' : '4'}`,
    `RFF+BN:${gate.booking}`,
    `DTM+7:${localTime(gate.at)}:203`,
    `LOC+165+${place.UNLocationCode}:139:6+${place.terminal}`,
    `MEA+AAE+G+KGM:${gate.grossKg}`,
    `SEL+${gate.seal}+CA`,
    'CNT+16:1',
  ];
  return [...segments, `UNT+${segments.length + 1}+${reference}`].map((segment) => `${segment}'`);
}

// CCYYMMDDHHMM in UTC+8: format 203 of UN/EDIFACT 2379 names no zone, the source's profile does.
function localTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().replaceAll(/[-T:]/g, '').slice(0, 12);
}
