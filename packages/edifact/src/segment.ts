import type { Limits } from './limits.ts';

/** One segment. Text is decoded, released and without line breaks; NUL and lone surrogates, which are findings, stand as U+FFFD. */
export type Segment = {
  /** Upper case. */
  readonly tag: string;
  /** Elements behind the tag, each with its components; empty ones are kept, trailing ones too. Of a repeated element: the first occurrence. */
  readonly elements: readonly (readonly string[])[];
  /** Counts from 1 in the interchange; UNA and empty segments are not counted. */
  readonly index: number;
  /** Byte of the tag's first character in the input. */
  readonly offset: number;
  /** Byte behind the terminator. */
  readonly end: number;
  /** Further occurrences of repeated elements (syntax version 4). */
  readonly repeats?: readonly Repeat[];
};

/** One more occurrence of an element; `element` counts from 0 as in `Segment.elements`. */
export type Repeat = { readonly element: number; readonly components: readonly string[] };

const empty: readonly string[] = Object.freeze(['']);

/** The segment that the scanner stands in, put together piece by piece. One object serves all segments of an interchange. */
export class OpenSegment {
  /** Whether a limit was passed: what came behind was dropped. */
  over = false;
  /** Whether it holds bytes above 0x7F. */
  high = false;
  /** Whether it holds NUL. */
  nul = false;
  elements: (readonly string[])[] = [];
  repeats: Repeat[] | undefined;
  offset = 0;
  readonly #limits: Limits;
  #tag: string | undefined;
  #inTag = true;
  #piece = '';
  #components: string[] | undefined;
  #repeating = false;
  #count = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get tag(): string {
    return this.#tag ?? '';
  }

  /** Starts anew with a tag at byte `offset`. */
  begin(offset: number): void {
    this.over = false;
    this.high = false;
    this.nul = false;
    this.elements = [];
    this.repeats = undefined;
    this.offset = offset;
    this.#tag = undefined;
    this.#inTag = true;
    this.#piece = '';
    this.#components = undefined;
    this.#repeating = false;
    this.#count = 0;
  }

  /** Takes a part of a component that goes on behind a line break, a release character or a chunk boundary at byte `at`. */
  add(part: string, at: number): void {
    this.#piece = this.#fits(at) ? this.#piece + part : '';
  }

  /** Ends a component at byte `at`; `rest` is what came since the last part. */
  endComponent(rest: string, at: number): void {
    const value = this.#value(rest, at);
    if (value === undefined) return;
    if (this.#components === undefined) this.#components = [value];
    else this.#components.push(value);
  }

  /** Ends a component and its element at byte `at`. */
  endElement(rest: string, at: number): void {
    const value = this.#value(rest, at);
    this.#inTag = false;
    if (value === undefined) return;
    if (this.#components === undefined) this.#keep(value === '' ? empty : [value]);
    else {
      this.#components.push(value);
      this.#keep(this.#components);
    }
    this.#components = undefined;
    this.#repeating = false;
  }

  /** Ends a component and an occurrence of its element at byte `at`: the element goes on. */
  endOccurrence(rest: string, at: number): void {
    this.endElement(rest, at);
    this.#repeating = this.elements.length > 0;
  }

  /** Ends the segment at byte `at`. */
  end(rest: string, at: number): void {
    this.endElement(rest, at);
    if (this.#components !== undefined) this.#keep(this.#components);
  }

  /** Every text behind the tag, in order. */
  texts(): string[] {
    return [...this.elements.flat(), ...(this.repeats ?? []).flatMap((repeat) => repeat.components)];
  }

  /** Puts `text(old)` in the place of every text, in the order of `texts`. */
  rewrite(text: (old: string) => string): void {
    this.elements = this.elements.map((components) => components.map(text));
    this.repeats = this.repeats?.map((repeat) => ({ ...repeat, components: repeat.components.map(text) }));
  }

  /** A whole component, or undefined for the tag and for what is beyond the limits. */
  #value(rest: string, at: number): string | undefined {
    const value = this.#piece === '' ? rest : this.#piece + rest;
    this.#piece = '';
    if (!this.#fits(at)) return undefined;
    if (this.#inTag) {
      // ISO 9735 lets nesting numbers follow the tag as components (`LIN:1`); nobody reads them.
      this.#tag ??= value;
      return undefined;
    }
    this.#count++;
    return value;
  }

  #keep(components: readonly string[]): void {
    if (!this.#repeating) this.elements.push(components);
    else {
      this.repeats ??= [];
      this.repeats.push({ element: this.elements.length - 1, components });
    }
  }

  #fits(at: number): boolean {
    if (at - this.offset > this.#limits.segmentBytes || (!this.#inTag && this.#count >= this.#limits.segmentComponents)) this.over = true;
    return !this.over;
  }
}
