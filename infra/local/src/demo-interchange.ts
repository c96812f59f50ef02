/** What the demo's EDIFACT messages share: the envelope, the counts, and the form of times. */

/** The interchange of some messages; each is given as its segments from the one behind UNH to the last before UNT, without their terminators. */
export function interchange(
  o: {
    /** UNB identification of the source system, as the owner registered it. */
    readonly sender: string;
    readonly recipient: string;
    /** Interchange control reference. */
    readonly reference: string;
    /** ms since the epoch. */
    readonly sentAt: number;
  },
  messages: readonly { readonly type: string; readonly segments: readonly string[] }[],
): string {
  const sent = localTime(o.sentAt);
  const inside = messages.flatMap(({ type, segments }, index) =>
    [`UNH+${index + 1}+${type}`, ...segments, `UNT+${segments.length + 2}+${index + 1}`].map((segment) => `${segment}'`),
  );
  return [
    "UNA:+.? '",
    `UNB+UNOC:3+${o.sender}+${o.recipient}+${sent.slice(2, 8)}:${sent.slice(8)}+${o.reference}'`,
    ...inside,
    `UNZ+${messages.length}+${o.reference}'`,
  ].join('\n');
}

/** CCYYMMDDHHMM in UTC+8: format 203 of UN/EDIFACT 2379 names no zone, the source's profile does. */
export function localTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().replaceAll(/[-T:]/g, '').slice(0, 12);
}
