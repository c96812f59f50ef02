import type { Message } from '../envelope.ts';
import type { LossReason, Lost } from '../facts.ts';
import { type Finding, type FindingCode, FindingLog } from '../findings.ts';
import { defaultLimits } from '../limits.ts';
import type { Segment } from '../segment.ts';

/** Where to look, nearest first: the segments of a group, then those of the header. */
export type Scopes = readonly (readonly Segment[])[];

/** The first segment of a tag and qualifier, and the first that has a value behind the qualifier. */
type Entry = { readonly first: Segment; filled: Segment | undefined };

/** Identifications longer than this are refused: they become keys of the owner's tables. Directories give them 17 to 70 characters. */
const mostCharacters = 70;

/** Different paths listed; what comes beyond them is counted together, so that no message can blow the report up. */
const mostPaths = 200;

/** A scope of so few is walked for each question: quicker than an index of it. */
const fewSegments = 24;

/** Tags whose first element is a code that says what the segment is about. */
const qualified: ReadonlySet<string> = new Set([
  'CNT',
  'CTA',
  'DIM',
  'DTM',
  'EQD',
  'FTX',
  'HAN',
  'LOC',
  'MEA',
  'MOA',
  'NAD',
  'QTY',
  'RFF',
  'RNG',
  'TDT',
  'TMP',
]);

/**
 * One reading of a message by a mapper: gives texts of segments and remembers which elements were read, so that everything else is reported as lost
 * and nothing gets lost in silence.
 */
export class Reading {
  readonly #message: Message;
  readonly #first: number;
  readonly #read: Int32Array;
  readonly #index = new WeakMap<readonly Segment[], ReadonlyMap<string, Entry>>();
  readonly #log = new FindingLog(defaultLimits.findings);
  readonly #found = new Set<string>();
  readonly #lost = new Map<string, { path: string; reason: LossReason; count: number }>();

  constructor(message: Message) {
    this.#message = message;
    this.#first = message.segments[0]?.index ?? 0;
    this.#read = new Int32Array(message.segments.length);
  }

  /** The segments of a tag. */
  all(scope: readonly Segment[], tag: string): Segment[] {
    return scope.filter((segment) => segment.tag === tag);
  }

  /** The first segment of a tag and, where given, a qualifier in its first element, in the first scope that has one. */
  first(scopes: Scopes, tag: string, qualifier?: string): Segment | undefined {
    for (const scope of scopes) {
      const found = this.#entry(scope, tag, qualifier);
      if (found !== undefined) return found.first;
    }
    return undefined;
  }

  /** The first with something behind one of the qualifiers, best qualifier first within each scope; where none has, the first at all. */
  firstFilled(scopes: Scopes, tag: string, qualifiers: readonly string[]): Segment | undefined {
    const known = scopes.flatMap((scope) => qualifiers.map((qualifier) => this.#entry(scope, tag, qualifier)));
    return known.find((one) => one?.filled !== undefined)?.filled ?? known.find((one) => one !== undefined)?.first;
  }

  #entry(scope: readonly Segment[], tag: string, qualifier: string | undefined): Entry | undefined {
    if (scope.length > fewSegments) return this.#indexOf(scope).get(qualifier === undefined ? tag : `${tag}+${qualifier}`);
    let first: Segment | undefined;
    for (const segment of scope) {
      if (segment.tag !== tag) continue;
      const told = segment.elements[0];
      if (qualifier !== undefined && (told?.[0] ?? '') !== qualifier) continue;
      first ??= segment;
      if ((told?.[1] ?? '').trim() !== '') return { first, filled: segment };
    }
    return first === undefined ? undefined : { first, filled: undefined };
  }

  /** Each large scope is walked once: a header serves every group, and a hostile message has many of both. */
  #indexOf(scope: readonly Segment[]): ReadonlyMap<string, Entry> {
    const known = this.#index.get(scope);
    if (known !== undefined) return known;
    const index = new Map<string, Entry>();
    for (const segment of scope) {
      const [qualifier = '', value = ''] = segment.elements[0] ?? [];
      for (const key of [segment.tag, `${segment.tag}+${qualifier}`]) {
        const entry = index.get(key);
        const filled = value.trim() === '' ? undefined : segment;
        if (entry === undefined) index.set(key, { first: segment, filled });
        else entry.filled ??= filled;
      }
    }
    this.#index.set(scope, index);
    return index;
  }

  /** A component without outer spaces, '' where it is missing; both count from 0. The element counts as read, and so does the qualifier. */
  text(segment: Segment, element: number, component = 0): string {
    const at = segment.index - this.#first;
    this.#read[at] = (this.#read[at] ?? 0) | 1 | (1 << element);
    return segment.elements[element]?.[component]?.trim() ?? '';
  }

  /** Like `text`, for what identifies something: longer than 70 characters is FIELD_INVALID and ''. */
  identification(segment: Segment, element: number, component = 0): string {
    const value = this.text(segment, element, component);
    if (value.length <= mostCharacters) return value;
    this.find('FIELD_INVALID', 'error', segment, element, component, { value, detail: `more than ${mostCharacters} characters` });
    return '';
  }

  /** Keeps a finding about a component, which counts from 0 here and from 1 in the finding; the same one only once. */
  find(
    code: FindingCode,
    severity: Finding['severity'],
    segment: Segment | undefined,
    element?: number,
    component?: number,
    more: Pick<Finding, 'value' | 'detail'> = {},
  ): void {
    const index = segment?.index ?? this.#first;
    if (!this.#log.wants(severity, index)) return;
    // The detail counts: one group may lack several segments.
    const key = `${code} ${index} ${element} ${component} ${more.detail}`;
    if (this.#found.has(key)) return;
    this.#found.add(key);
    this.#log.add({
      code,
      severity,
      segment: index,
      ...(segment === undefined ? {} : { tag: segment.tag }),
      ...(element === undefined ? {} : { element: element + 1 }),
      ...(component === undefined ? {} : { component: component + 1 }),
      ...(more.value === undefined || more.value === '' ? {} : { value: more.value }),
      ...(more.detail === undefined ? {} : { detail: more.detail }),
    });
  }

  /** Reports an element that was read but holds a code the facts cannot take; once per element. */
  lose(segment: Segment, element: number): void {
    const key = `lost ${segment.index} ${element}`;
    if (this.#found.has(key)) return;
    this.#found.add(key);
    this.#count(`${pathOf(segment)}.${element + 1}`, 'CODE_NOT_IN_TARGET');
  }

  /** A code of no list known here: a warning, and the element is lost. */
  unknown(code: FindingCode, segment: Segment, element: number, component: number, value: string, detail: string): void {
    this.find(code, 'warning', segment, element, component, { value, detail });
    this.lose(segment, element);
  }

  /** Of the mapping, by segment. */
  get findings(): Finding[] {
    return this.#log.list();
  }

  /** Everything of the message that was not read. */
  lost(): Lost[] {
    for (const segment of this.#message.segments) {
      if (segment.tag === 'UNH' || segment.tag === 'UNT') continue;
      const read = this.#read[segment.index - this.#first] ?? 0;
      if (read === 0) this.#count(pathOf(segment), 'NO_SLOT');
      else this.#loseElements(segment, read);
      for (const repeat of segment.repeats ?? []) this.#count(`${pathOf(segment)}.${repeat.element + 1}*`, 'NO_SLOT');
    }
    return [...this.#lost.values()];
  }

  #loseElements(segment: Segment, read: number): void {
    for (const [element, components] of segment.elements.entries()) {
      const wasRead = element < 31 && (read & (1 << element)) !== 0;
      if (!wasRead && components.some((text) => text !== '')) this.#count(`${pathOf(segment)}.${element + 1}`, 'NO_SLOT');
    }
  }

  #count(path: string, reason: LossReason): void {
    const key = `${path} ${reason}`;
    const known = this.#lost.get(key);
    if (known !== undefined) known.count++;
    else if (this.#lost.size < mostPaths || path === 'other') this.#lost.set(key, { path, reason, count: 1 });
    else this.#count('other', reason);
  }
}

function pathOf(segment: Segment): string {
  const qualifier = segment.elements[0]?.[0] ?? '';
  const tag = /^[A-Z0-9]{3}$/.test(segment.tag) ? segment.tag : '???';
  return qualified.has(tag) && /^[A-Z0-9]{1,3}$/.test(qualifier) ? `${tag}+${qualifier}` : tag;
}
