import { type Charset, charsetNamed, charsetOfEncoding, charsetOfSyntax, decode } from './charset.ts';
import { type Finding, type FindingCode, FindingLog, notStorable } from './findings.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { OpenSegment, type Segment } from './segment.ts';
import { openingLength, readOpening, type ServiceCharacters, startOf } from './una.ts';

/** How to read an interchange. */
export type TokenizerOptions = {
  /** Character set of the partner profile; it holds against what UNB says. */
  readonly charset?: string;
  readonly limits?: Partial<Limits>;
  /** Where findings go; by default a log of the tokenizer's own. */
  readonly log?: FindingLog;
};

// What a byte means to the scanner. Here and not in a file of their own: a binding of another module is looked up anew for every byte, which halves speed.
const data = 0;
const high = 1;
const nul = 2;
const lineBreak = 3;
const release = 4;
const component = 5;
const element = 6;
const repetition = 7;
const terminator = 8;

// Where the scanner stands.
const inside = 0;
const between = 1;
const released = 2;
const trailByte = 3;

/**
 * Bytes to segments, incrementally: any chunk boundary gives the same segments. It works on bytes (one per UTF-16 unit of a Latin-1 string), so that
 * offsets are bytes and a line wrapped inside a character does no harm; only segments with bytes above 0x7F are decoded.
 * Line breaks inside data are dropped, white space before a tag is skipped. Never throws on input; memory is bounded by chunk and segment limit.
 */
export class Tokenizer {
  readonly #limits: Limits;
  readonly #log: FindingLog;
  readonly #charsetIsGiven: boolean;
  readonly #segment: OpenSegment;
  #charset: Charset;
  #classes: Uint8Array = new Uint8Array(256);
  #hasUna = false;
  /** First characters held back, until they are enough. */
  #head: string | undefined = '';
  /** Whether they stand where a segment of an interchange without UNZ begins, and may be the next one's UNA. */
  #isGuess = false;
  /** Where such a guess was wrong. */
  #wrongGuess = -1;
  #received = 0;
  #scanned = 0;
  #ended = false;
  #refusal: Finding | undefined;
  #mode = between;
  #index = 0;
  /** Segment of the last UNH: findings are told once a message. */
  #message = 0;
  #mismatchIn = -1;

  constructor(options: TokenizerOptions = {}) {
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#log = options.log ?? new FindingLog(this.#limits.findings);
    this.#segment = new OpenSegment(this.#limits);
    const charset = options.charset === undefined ? undefined : charsetNamed(options.charset);
    this.#charsetIsGiven = charset !== undefined;
    this.#charset = charset ?? 'UTF-8';
    if (options.charset !== undefined && charset === undefined) {
      this.#find('CODE_UNKNOWN', 'warning', { value: options.charset, detail: 'character set of the partner profile' });
    }
  }

  /** Findings so far, by segment. */
  get findings(): readonly Finding[] {
    return this.#refusal === undefined ? this.#log.list() : [...this.#log.list(), this.#refusal];
  }

  /** The set that bytes above 0x7F are read by: of the partner profile, else of UNB, else UTF-8. */
  get charset(): Charset {
    return this.#charset;
  }

  /** Says that the input is beyond a limit of the whole interchange, and which; what comes behind is not read. */
  get refusal(): Finding | undefined {
    return this.#refusal;
  }

  /** Takes the next bytes and gives the segments that end in them. */
  push(chunk: Uint8Array): Segment[] {
    if (this.#ended) return [];
    const room = this.#limits.interchangeBytes - this.#received;
    const taken = chunk.byteLength > room ? chunk.subarray(0, room) : chunk;
    this.#received += taken.byteLength;
    const text = Buffer.from(taken.buffer, taken.byteOffset, taken.byteLength).toString('latin1');
    const isLast = taken !== chunk;
    const segments: Segment[] = [];
    this.#read(text, isLast, segments);
    if (isLast) this.#refuse(`an interchange has at most ${this.#limits.interchangeBytes} bytes`);
    return segments;
  }

  /** Says that the input ends here. A segment without terminator is given too, and a finding: an error unless it closes an envelope. */
  end(): Segment[] {
    if (this.#ended) return [];
    const segments: Segment[] = [];
    this.#read('', true, segments);
    if (this.#ended || this.#mode === between) return segments;
    this.#ended = true;
    this.#segment.end('', this.#scanned);
    const last = this.#finish(this.#scanned);
    const closes = last.tag === 'UNT' || last.tag === 'UNE' || last.tag === 'UNZ';
    this.#find('SEGMENT_UNTERMINATED', closes ? 'warning' : 'error', { tag: last.tag });
    return [...segments, last];
  }

  /**
   * Behind each UNZ the input opens anew: another interchange may follow, with separators and a character set of its own. So it does where UNZ went missing
   * and a UNA follows.
   */
  #read(text: string, isLast: boolean, segments: Segment[]): void {
    let rest = text;
    do {
      const opened = this.#head === undefined ? rest : this.#open(this.#head + rest, isLast);
      if (opened === undefined) return;
      rest = opened.slice(this.#scan(opened, segments));
    } while (this.#head !== undefined && !this.#ended);
  }

  /** Holds the first characters back until BOM, white space, what is no EDIFACT, and UNA are known; then gives what stands behind them. */
  #open(text: string, isLast: boolean): string | undefined {
    if (this.#isGuess) {
      this.#head = text;
      if (text.length < openingLength && !isLast && 'UNA'.startsWith(text.slice(0, 3).toUpperCase())) return undefined;
      this.#isGuess = false;
      if (!opensAnew.test(text)) {
        this.#wrongGuess = this.#scanned;
        this.#head = undefined;
        return text;
      }
    }
    let head = text.replace(/^(?:\xef\xbb\xbf|[\t-\r ])+/, '');
    this.#scanned += text.length - head.length;
    this.#head = head;
    if (head.length < openingLength && !isLast) return undefined;
    const start = startOf(head, isLast);
    if (start === undefined) return undefined;
    if (start > 0) {
      const where = { value: head.slice(0, start), detail: 'text before UNA or UNB; left out' };
      this.#find('SEGMENT_MISPLACED', 'warning', where, this.#index + 1);
      head = head.slice(start);
      this.#scanned += start;
    }
    this.#head = head;
    if (head.length < openingLength && !isLast) return undefined;
    this.#head = undefined;
    const { characters, length, fault } = readOpening(head.slice(0, openingLength));
    this.#hasUna = length > 0;
    // Who joins interchanges may write UNA before the first alone: separators that the next one visibly uses go on.
    const goesOn = length === 0 && head.charCodeAt(3) !== characters.element && this.#classes[head.charCodeAt(3)] === element;
    if (!goesOn) this.#classes = byteClasses(characters);
    if (fault !== undefined) this.#find(fault, 'warning', { tag: 'UNA', value: head.slice(0, length) }, this.#index + 1);
    this.#scanned += length;
    return head.slice(length);
  }

  /** Puts the segments that end in `text` into `segments`; gives how much of it was read: all, unless an interchange ends inside. */
  #scan(text: string, segments: Segment[]): number {
    const segment = this.#segment;
    const classes = this.#classes;
    const base = this.#scanned;
    let mode = this.#mode;
    let from = 0;
    let finished: Segment;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const kind = classes[code] ?? data;
      if (mode === inside && kind === data) continue;
      if (mode === between) {
        if (code <= 0x20 && (kind === data || kind === lineBreak)) continue;
        if (kind === terminator) {
          this.#find('SEGMENT_EMPTY', 'info', {}, this.#index + 1);
          continue;
        }
        if ((code | 0x20) === 0x75 && base + at !== this.#wrongGuess && 'UNA'.startsWith(text.slice(at, at + 3).toUpperCase())) {
          this.#isGuess = true;
          this.#mode = between;
          this.#scanned = base + at;
          this.#head = '';
          return at;
        }
        this.#index++;
        segment.begin(base + at);
        mode = inside;
        from = at;
      } else if (mode !== inside && kind === lineBreak) {
        // wrapped between the release character and what it releases, or inside a character: still to come
        segment.add(text.slice(from, at), base + at);
        from = at + 1;
        continue;
      } else if (mode === released) {
        mode = this.#note(code);
        continue;
      } else if (mode === trailByte) {
        mode = inside;
        if (isTrailByte(code)) continue;
      }
      switch (kind) {
        case data:
          break;
        case high:
        case nul:
          mode = this.#note(code);
          break;
        case lineBreak:
        case release:
          segment.add(text.slice(from, at), base + at);
          from = at + 1;
          if (kind === release) mode = released;
          break;
        case component:
          segment.endComponent(text.slice(from, at), base + at);
          from = at + 1;
          break;
        case element:
          segment.endElement(text.slice(from, at), base + at);
          from = at + 1;
          break;
        case repetition:
          segment.endOccurrence(text.slice(from, at), base + at);
          from = at + 1;
          break;
        default:
          segment.end(text.slice(from, at), base + at);
          finished = this.#finish(base + at + 1);
          segments.push(finished);
          mode = between;
          if (this.#index >= this.#limits.segments) {
            this.#refuse(`an interchange has at most ${this.#limits.segments} segments`);
            return text.length;
          }
          if (finished.tag === 'UNZ') {
            this.#mode = between;
            this.#scanned = base + at + 1;
            this.#head = '';
            return at + 1;
          }
      }
    }
    this.#mode = mode;
    this.#scanned = base + text.length;
    if (mode !== between) segment.add(text.slice(from), this.#scanned);
    return text.length;
  }

  /** Remembers a byte that needs care at the segment's end; gives where the scanner stands behind it. */
  #note(code: number): number {
    if (code === 0) this.#segment.nul = true;
    if (code < 0x80) return inside;
    this.#segment.high = true;
    // In GB 18030 the second byte of a character can look like a separator of the sender's own.
    return this.#charset === 'GB18030' && code >= 0x81 && code <= 0xfe ? trailByte : inside;
  }

  #finish(end: number): Segment {
    const segment = this.#segment;
    let { tag, offset } = segment;
    if (tag.length !== 3 || /[^A-Z0-9]/.test(tag)) {
      if (tag.startsWith('\xef\xbb\xbf')) {
        // a byte order mark in the middle, where files were joined
        tag = tag.slice(3);
        offset += 3;
        segment.high = [tag, ...segment.texts()].some((text) => /[\x80-\xff]/.test(text));
      }
      tag = tag.trim().toUpperCase();
    }
    if (tag === 'UNH') this.#message = this.#index;
    if (tag === 'UNB') this.#declare(segment.elements[0]);
    if (segment.over) this.#find('LIMIT_EXCEEDED', 'error', { tag, detail: 'the segment is too long or has too many components' });
    if (segment.high) tag = this.#decode(tag);
    if (segment.nul) {
      this.#find('CHARACTER_NOT_STORABLE', 'error', { tag, detail: 'NUL' });
      tag = tag.replace(notStorable, '\ufffd');
      segment.rewrite((text) => text.replace(notStorable, '\ufffd'));
    }
    const { elements, repeats } = segment;
    const finished = { tag, elements, index: this.#index, offset, end };
    return repeats === undefined ? finished : { ...finished, repeats };
  }

  /** UNB says the character set and the syntax version; from version 4 on `*` repeats elements, unless UNA says otherwise. */
  #declare([identifier = '', version = '', , encoding = '']: readonly string[] = []): void {
    if (!this.#hasUna && Number(version) >= 4 && this.#classes[0x2a] === data) this.#classes[0x2a] = repetition;
    if (this.#charsetIsGiven) return;
    // Who needs GB 18030 and cannot agree on it writes its name where the syntax identifier or, from version 4 on, the encoding (0133) stands.
    const charset = charsetOfEncoding(encoding) ?? charsetOfSyntax(identifier) ?? charsetNamed(identifier);
    if (charset === undefined) this.#find('CODE_UNKNOWN', 'info', { tag: 'UNB', element: 1, component: 1, value: identifier });
    this.#charset = charset ?? 'UTF-8';
  }

  #decode(tag: string): string {
    // Line breaks cannot stand in data, so they can hold the texts apart; the whole segment is of one set.
    const { text, mismatch, surrogates } = decode([tag, ...this.#segment.texts()].join('\n'), this.#charset);
    if (mismatch && this.#mismatchIn !== this.#message) {
      this.#mismatchIn = this.#message;
      this.#find('CHARSET_MISMATCH', 'warning', { tag, detail: `declared ${this.#charset}; told once a message` });
    }
    if (surrogates) this.#find('CHARACTER_NOT_STORABLE', 'error', { tag, detail: 'surrogates coded as characters' });
    const [decodedTag = '', ...texts] = text.split('\n');
    let at = 0;
    this.#segment.rewrite(() => texts[at++] ?? '');
    return decodedTag;
  }

  #refuse(detail: string): void {
    this.#ended = true;
    this.#refusal ??= { code: 'LIMIT_EXCEEDED', severity: 'error', segment: Math.max(1, this.#index), detail };
  }

  #find(code: FindingCode, severity: Finding['severity'], more: Partial<Finding>, segment = Math.max(1, this.#index)): void {
    if (this.#log.wants(severity, segment, this.#message)) this.#log.add({ ...more, code, severity, segment }, this.#message);
  }
}

/** UNA in the middle of an input: its marks, with line breaks between them, and the segment that opens an interchange. */
const opensAnew = /^UNA[^A-Za-z0-9]{3,12}UN[BGH]/i;

/** Second and fourth bytes of GB 18030. A separator of the standard is never one. */
function isTrailByte(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x40 && code !== 0x7f && code !== 0xff);
}

function byteClasses(characters: ServiceCharacters): Uint8Array {
  const classes = new Uint8Array(256).fill(high, 0x80);
  classes[0] = nul;
  classes[0x0a] = lineBreak;
  classes[0x0d] = lineBreak;
  const marks: readonly (readonly [number, number])[] = [
    [characters.repetition, repetition],
    [characters.release, release],
    [characters.component, component],
    [characters.element, element],
    [characters.terminator, terminator],
  ];
  for (const [code, kind] of marks) if (code >= 0) classes[code] = kind;
  return classes;
}
