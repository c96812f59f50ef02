/** Codes this package gives. Each is a row of the project's error table, where the words and the advice stand. */
export const findingCodes = [
  'MESSAGE_UNREADABLE',
  'CHARSET_MISMATCH',
  'CHARACTER_NOT_STORABLE',
  'UNA_SHORT',
  'SEGMENT_UNTERMINATED',
  'SEGMENT_EMPTY',
  'SEGMENT_MISPLACED',
  'SEGMENT_MISSING',
  'ELEMENT_MISSING',
  'ENVELOPE_MISSING',
  'ENVELOPE_COUNT',
  'ENVELOPE_REFERENCE',
  'LIMIT_EXCEEDED',
  'MESSAGE_TYPE_UNSUPPORTED',
  'CODE_UNKNOWN',
  'DATE_TIME_INVALID',
  'TIME_ZONE_UNKNOWN',
  'FIELD_INVALID',
  'LOCATION_UNKNOWN',
] as const;

/** One of `findingCodes`. */
export type FindingCode = (typeof findingCodes)[number];

/** What was seen in an interchange. An error stops its message, a warning or an info stops nothing. */
export type Finding = {
  /** A code of the project's error table. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Counts from 1 in the interchange; UNA and empty segments are not counted. An empty segment bears the number of the segment behind it. */
  readonly segment: number;
  readonly tag?: string;
  /** Counts from 1 behind the tag. */
  readonly element?: number;
  /** Counts from 1 in the element. */
  readonly component?: number;
  /** What was sent, cut to 35 characters. Keep it out of logs. */
  readonly value?: string;
  /** English, without values of the message. */
  readonly detail?: string;
};

/** A finding about to be kept: its code is one of this package. */
export type NewFinding = Finding & { readonly code: FindingCode };

/** Keeps findings of one interchange or one mapping, up to a limit. */
export class FindingLog {
  readonly #limit: number;
  readonly #stopped = new Set<number>();
  /** Findings that no message will take any more. */
  readonly #settled: Finding[] = [];
  /** By segment. The tokenizer is ahead of the envelope, so a finding may have to go between others. */
  #pending: Finding[] = [];
  #count = 0;
  #dropped = 0;
  #last = 1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many messages had an error so far; what belongs to none counts as one. */
  get stopped(): number {
    return this.#stopped.size;
  }

  /**
   * Whether a finding would be kept; if not, it is counted. Asked before a finding is put together: a hostile interchange has millions.
   * @param message number of the UNH it belongs to: the first error of each message is kept beyond the limit too
   */
  wants(severity: Finding['severity'], segment: number, message = 0): boolean {
    if (this.#count < this.#limit || (severity === 'error' && !this.#stopped.has(message))) return true;
    this.#dropped++;
    this.#last = Math.max(this.#last, segment);
    return false;
  }

  /** Keeps a finding, where it is wanted. */
  add(finding: NewFinding, message = 0): void {
    if (!this.wants(finding.severity, finding.segment, message)) return;
    if (finding.severity === 'error') this.#stopped.add(message);
    this.#count++;
    const last = this.#pending.at(-1);
    if (last === undefined || last.segment <= finding.segment) this.#pending.push(storable(finding));
    else this.#pending.splice(this.#pendingBefore(finding.segment), 0, storable(finding));
  }

  /** Hands over, and forgets, what was kept about the segments `from` to `to`, by segment. Calls go forward: what lies before `from` stays. */
  take(from: number, to: number): Finding[] {
    if ((this.#pending[0]?.segment ?? to + 1) > to) return [];
    const passed = this.#pendingBefore(from - 1);
    const taken = this.#pendingBefore(to);
    this.#settled.push(...this.#pending.slice(0, passed));
    const findings = this.#pending.slice(passed, taken);
    this.#pending = this.#pending.slice(taken);
    return findings;
  }

  /** What is kept and not taken, by segment; last, where findings were dropped, how many. */
  list(): Finding[] {
    const kept = bySegment(this.#settled, this.#pending);
    if (this.#dropped === 0) return kept;
    return [...kept, { code: 'LIMIT_EXCEEDED', severity: 'info', segment: this.#last, detail: `and ${this.#dropped} more findings` }];
  }

  /** How many of the pending ones are about segments up to `segment`. */
  #pendingBefore(segment: number): number {
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pending[middle]?.segment ?? 0) <= segment) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Several lists of findings as one, by segment: what an answer to the sender lists. Order within a segment is kept. */
export function bySegment(...lists: readonly (readonly Finding[])[]): Finding[] {
  return lists.flat().sort((one, other) => one.segment - other.segment);
}

/** Whether one of `findings` stops its message. */
export function stops(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** `text` cut to `most` UTF-16 units, never through a surrogate pair; what `jsonb` cannot hold becomes U+FFFD. */
export function cut(text: string, most = 35): string {
  return (text.length > most ? text.slice(0, most).replace(/[\ud800-\udbff]$/, '') : text).replace(notStorable, '\ufffd');
}

/** NUL and lone surrogates: JSON can carry them, `jsonb` refuses them. */
export const notStorable = /[\0\ud800-\udfff]/gu;

function storable(finding: Finding): Finding {
  return {
    ...finding,
    ...(finding.tag === undefined ? {} : { tag: cut(finding.tag, 6) }),
    ...(finding.value === undefined ? {} : { value: cut(finding.value) }),
  };
}
