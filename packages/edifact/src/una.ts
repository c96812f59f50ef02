import type { FindingCode } from './findings.ts';

/** Separators of one interchange, ISO 9735-1 §8, as character codes; -1 = not used. */
export type ServiceCharacters = {
  readonly component: number;
  readonly element: number;
  readonly release: number;
  readonly repetition: number;
  readonly terminator: number;
};

/** How the input opens: its separators, how many characters UNA took, and what is wrong with it. */
export type Opening = {
  readonly characters: ServiceCharacters;
  /** Characters of UNA itself; 0 without UNA. */
  readonly length: number;
  readonly fault?: FindingCode;
};

/** Characters of the input that decide about UNA: the tag, six marks and the tag that follows, with line breaks between them. */
export const openingLength = 32;

/** Characters that may stand before an interchange: headers of a mail or of a transfer. */
const mostBefore = 8 * 1024;

/**
 * Where UNA or, without it, the first UNB, UNG or UNH starts in the first characters of the input; 0 where it opens with a segment of whatever name or
 * where nothing of the kind comes within 8 KiB; undefined where more of the input is needed to tell.
 */
export function startOf(head: string, isLast: boolean): number | undefined {
  if (/^UN[ABGH]|^[A-Z0-9]{3}[+:']/i.test(head)) return 0;
  const at = head.slice(0, mostBefore).search(firstSegment);
  if (at >= 0) return at;
  return isLast || head.length >= mostBefore ? 0 : undefined;
}

/** Without UNA: `:` `+` `?` `'`. The repetition separator `*` is default from syntax version 4 on. */
export const defaultCharacters: ServiceCharacters = { component: 0x3a, element: 0x2b, release: 0x3f, repetition: -1, terminator: 0x27 };

/** Level B of syntax versions 1 to 3: the separators IS1, IS3 and IS4, which need no release character. */
const levelB: ServiceCharacters = { component: 0x1f, element: 0x1d, release: -1, repetition: -1, terminator: 0x1c };

const firstSegment = new RegExp(`UNA[^A-Za-z0-9\\r\\n]{3}|UN[BGH][+${String.fromCharCode(levelB.element)}]`, 'i');

/**
 * Reads the separators off the first `openingLength` characters of an interchange. UNA holds component and element separator, decimal mark,
 * release character (space = none), repetition separator (space = none) and terminator; cut short (`UNA:+.'`, `UNA:+.?'`) it still ends with the
 * terminator. The decimal mark is not needed: numbers are read with point and comma alike, because senders declare one and use the other.
 */
export function readOpening(head: string): Opening {
  if (/^UN[BGH]/i.test(head) && head.charCodeAt(3) === levelB.element) return { characters: levelB, length: 0 };
  if (!/^UNA/i.test(head)) return { characters: defaultCharacters, length: 0 };
  const { marks, length } = marksOf(head);
  const short = marks.length < 6;
  // Where the marks stop at the release character or behind it, the terminator itself was cut off.
  const last = marks.at(-1);
  const cutOff = short && (last === '?' || last === ' ' || last === '*');
  const hasRelease = marks.length + (cutOff ? 1 : 0) >= 5;
  const characters: ServiceCharacters = {
    component: code(marks[0]),
    element: code(marks[1]),
    release: code(hasRelease ? marks[3] : '?'),
    repetition: short ? -1 : repetitionOf(marks),
    terminator: code(cutOff ? "'" : last),
  };
  if (!isUsable(characters)) return { characters: defaultCharacters, length, fault: 'FIELD_INVALID' };
  return { characters, length, ...(short ? { fault: 'UNA_SHORT' as const } : {}) };
}

function marksOf(head: string): { marks: string[]; length: number } {
  const marks: string[] = [];
  for (let at = 3; at < head.length; at++) {
    const cutShort = marks.length >= 3 && /^\s*UN[BGH]/i.test(head.slice(at));
    if (marks.length === 6 || cutShort) return { marks, length: at };
    if (!/[\r\n]/.test(head.charAt(at))) marks.push(head.charAt(at));
  }
  return { marks, length: head.length };
}

function repetitionOf(marks: readonly string[]): number {
  const [component, element, , release, repetition, terminator] = marks;
  const taken = [component, element, release, terminator].includes(repetition);
  return taken || repetition === undefined || /[A-Za-z0-9]/.test(repetition) ? -1 : code(repetition);
}

function isUsable({ component, element, release, terminator }: ServiceCharacters): boolean {
  const used = [component, element, terminator, ...(release === -1 ? [] : [release])];
  return new Set(used).size === used.length && used.every((one) => one > 0 && one < 0x80 && !/[A-Za-z0-9]/.test(String.fromCharCode(one)));
}

/** A space says that the mark is not used. */
function code(mark: string | undefined): number {
  return mark === undefined || mark === ' ' ? -1 : mark.charCodeAt(0);
}
