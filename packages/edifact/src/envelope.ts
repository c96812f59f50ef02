import { cut, type Finding, type FindingCode, FindingLog } from './findings.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { Segment } from './segment.ts';
import { Tokenizer, type TokenizerOptions } from './tokens.ts';

/** Who sent an interchange, to whom, when and under which number. Of bare messages, sent without UNB, the four texts are empty. */
export type Envelope = {
  /** UNB S002 0004. */
  readonly sender: string;
  /** UNB S003 0010. */
  readonly recipient: string;
  /** UNB S004 as sent, date and time parted by `:`. */
  readonly preparedAt: string;
  /** UNB 0020. */
  readonly reference: string;
};

/** One message, UNH to UNT. */
export type Message = {
  /** UNH S009 0065: `CODECO`. */
  readonly type: string;
  /** Version and release, UNH S009 0052 and 0054: `D.95B`. */
  readonly directory: string;
  /** UNH S009 0057: `SMDG16`; a hint, no more. */
  readonly association: string;
  /** UNH 0062. */
  readonly reference: string;
  /** With UNH and, where it was sent, UNT. */
  readonly segments: readonly Segment[];
  /** About its segments and its envelope, by segment. One error among them stops the message. */
  readonly findings: readonly Finding[];
  /** Of the interchange it stands in: an input may hold several, of several senders. */
  readonly envelope: Envelope;
  /** The UNG it stands in. */
  readonly group?: { readonly type: string; readonly reference: string };
  /** Its bytes in the input, from U of UNH to the terminator of its last segment; `to` is the byte behind. */
  readonly bytes: { readonly from: number; readonly to: number };
};

/** What an input holds: one interchange, several one behind the other, or bare messages. The envelope is the first one's. */
export type Interchange = Envelope & {
  /** The set by which bytes above 0x7F were read; of several interchanges, the last one's. */
  readonly charset: string;
  readonly messages: readonly Message[];
  /** What does not belong to one message, by segment. */
  readonly findings: readonly Finding[];
};

const chunkBytes = 64 * 1024;

/** Twice what the directories give an identification: longer ones are cut, and a finding. They become keys of the owner's tables. */
const mostCharacters = 70;

/**
 * Reads interchanges, usually one, or bare messages, as a whole. Never throws on input: what is wrong is a finding of its message or of the interchange.
 * Counts and references of UNZ, UNE and UNT are compared, ISO 9735-1 §7; a difference is a warning, the message is still good.
 */
export function readInterchange(bytes: Uint8Array, options: Omit<TokenizerOptions, 'log'> = {}): Interchange {
  const reader = new InterchangeReader(options);
  const messages: Message[] = [];
  // In pieces, so that a text somebody keeps holds on to one piece and not to the whole input.
  for (let at = 0; at < bytes.byteLength && reader.refusal === undefined; at += chunkBytes)
    messages.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
  const rest = reader.end();
  // All or nothing: who splits it and sends it again must not have the first part twice.
  if (reader.refusal !== undefined) return { ...rest, messages: [], findings: [reader.refusal] };
  return { ...rest, messages: [...messages, ...rest.messages] };
}

/** Reads an interchange piece by piece and gives each message once it is complete; memory holds one message, not the interchange. */
export class InterchangeReader {
  readonly #limits: Limits;
  readonly #log: FindingLog;
  readonly #tokenizer: Tokenizer;
  #header: Segment | undefined;
  #envelope = envelopeOf(undefined);
  #first: Envelope | undefined;
  #interchangeCount = 0;
  #total = 0;
  #refused: Finding | undefined;
  #last: Segment | undefined;
  #open: Segment[] | undefined;
  #groups: { segment: Segment; messages: number }[] = [];
  #groupCount = 0;
  #messageCount = 0;
  #trailer: Segment | undefined;

  constructor(options: Omit<TokenizerOptions, 'log'> = {}) {
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#log = new FindingLog(this.#limits.findings);
    this.#tokenizer = new Tokenizer({ ...options, log: this.#log });
  }

  /** Says that the input is beyond a limit of the whole interchange, and which. */
  get refusal(): Finding | undefined {
    return this.#refused ?? this.#tokenizer.refusal;
  }

  /** Takes the next bytes and gives the messages that end in them. */
  push(chunk: Uint8Array): Message[] {
    return this.#take(this.#tokenizer.push(chunk));
  }

  /** Says that the input ends here: the envelope, what it lacks, and a message that was still open. */
  end(): Interchange {
    const messages = this.#take(this.#tokenizer.end());
    messages.push(...this.#closeMessage());
    if (this.#total === 0) this.#find(this.#last, 'MESSAGE_UNREADABLE', 'error', { detail: 'no UNH' });
    else this.#closeInterchange();
    return {
      ...(this.#first ?? this.#envelope),
      charset: this.#tokenizer.charset,
      messages,
      findings: this.refusal === undefined ? this.#log.list() : [...this.#log.list(), this.refusal],
    };
  }

  #take(segments: readonly Segment[]): Message[] {
    const messages: Message[] = [];
    for (const segment of segments) {
      if (this.#refused !== undefined) return messages;
      messages.push(...this.#read(segment));
      this.#last = segment;
    }
    return messages;
  }

  #read(segment: Segment): Message[] {
    switch (segment.tag) {
      case 'UNB': {
        const messages = this.#closeMessage();
        this.#openInterchange(segment);
        return messages;
      }
      case 'UNG': {
        const messages = this.#closeMessage();
        this.#openGroup(segment);
        return messages;
      }
      case 'UNH': {
        const messages = this.#closeMessage();
        this.#openMessage(segment);
        return messages;
      }
      case 'UNT':
        return this.#endMessage(segment);
      case 'UNE': {
        const messages = this.#closeMessage();
        this.#endGroup(segment);
        return messages;
      }
      case 'UNZ': {
        const messages = this.#closeMessage();
        this.#closeGroups();
        this.#endInterchange(segment);
        return messages;
      }
      default:
        if (this.#open !== undefined) this.#open.push(segment);
        else this.#find(segment, 'SEGMENT_MISPLACED', 'warning', { detail: 'outside any message' });
        return [];
    }
  }

  #openInterchange(segment: Segment): void {
    if (this.#header !== undefined || this.#messageCount > 0) this.#closeInterchange();
    this.#header = segment;
    this.#trailer = undefined;
    this.#groupCount = 0;
    this.#messageCount = 0;
    this.#envelope = envelopeOf(segment);
    this.#first ??= this.#total === 0 ? this.#envelope : envelopeOf(undefined);
    for (const element of [1, 2, 4]) this.#checkLength(segment, element);
    this.#interchangeCount++;
    if (this.#interchangeCount > this.#limits.interchanges)
      this.#refuse(segment, `an input has at most ${this.#limits.interchanges} interchanges`);
  }

  #closeInterchange(): void {
    this.#closeGroups();
    if (this.#header === undefined) this.#log.add({ code: 'ENVELOPE_MISSING', severity: 'warning', segment: 1, detail: 'no UNB' });
    else if (this.#trailer === undefined) this.#find(this.#last, 'ENVELOPE_MISSING', 'warning', { detail: 'no UNZ' });
  }

  #refuse(segment: Segment, detail: string): void {
    this.#refused ??= { code: 'LIMIT_EXCEEDED', severity: 'error', segment: segment.index, detail };
  }

  #openMessage(segment: Segment): void {
    const { messages, stoppedMessages } = this.#limits;
    this.#open = [segment];
    this.#messageCount++;
    this.#total++;
    if (this.#total > messages) this.#refuse(segment, `an interchange has at most ${messages} messages`);
    if (this.#log.stopped > stoppedMessages)
      this.#refuse(segment, `more than ${stoppedMessages} messages have errors; the rest was not read`);
    const group = this.#groups.at(-1);
    if (group !== undefined) group.messages++;
    this.#checkLength(segment, 0);
    if (textOf(segment, 1) === '') this.#find(segment, 'ELEMENT_MISSING', 'error', { element: 2, component: 1, detail: 'message type' });
    if (this.#trailer !== undefined) this.#find(segment, 'SEGMENT_MISPLACED', 'warning', { detail: 'behind UNZ' });
  }

  #endMessage(segment: Segment): Message[] {
    const open = this.#open;
    const header = open?.[0];
    if (open === undefined || header === undefined) {
      this.#find(segment, 'SEGMENT_MISPLACED', 'warning', { detail: 'UNT without UNH' });
      return [];
    }
    open.push(segment);
    this.#compareCount(segment, open.length, 'segments, UNH and UNT included', header.index);
    this.#compareReference(segment, textOf(header, 0), 'UNH', header.index);
    this.#open = undefined;
    return [this.#message(open, header, segment)];
  }

  /** A message that ends without UNT may have lost boxes: it is stopped. */
  #closeMessage(): Message[] {
    const open = this.#open;
    const header = open?.[0];
    const last = open?.at(-1);
    if (open === undefined || header === undefined || last === undefined) return [];
    this.#open = undefined;
    this.#find(last, 'SEGMENT_MISSING', 'error', { detail: 'no UNT' }, header.index);
    return [this.#message(open, header, last)];
  }

  #message(segments: readonly Segment[], header: Segment, last: Segment): Message {
    const [type = '', version = '', release = '', , association = ''] = (header.elements[1] ?? []).map((text) =>
      cut(text.trim(), mostCharacters),
    );
    const group = this.#groups.at(-1)?.segment;
    return {
      type: type.toUpperCase(),
      directory: `${version}.${release}`.toUpperCase(),
      association,
      reference: textOf(header, 0),
      segments,
      findings: this.#log.take(header.index, last.index),
      envelope: this.#envelope,
      ...(group === undefined ? {} : { group: { type: textOf(group, 0), reference: textOf(group, 4) } }),
      bytes: { from: header.offset, to: last.end },
    };
  }

  #openGroup(segment: Segment): void {
    if (this.#groups.length >= this.#limits.groupDepth) {
      this.#find(segment, 'LIMIT_EXCEEDED', 'warning', { detail: `groups stand at most ${this.#limits.groupDepth} deep` });
      return;
    }
    if (this.#groups.length > 0) this.#find(segment, 'SEGMENT_MISPLACED', 'warning', { detail: 'UNG inside UNG' });
    this.#groups.push({ segment, messages: 0 });
    this.#groupCount++;
  }

  #endGroup(segment: Segment): void {
    const group = this.#groups.pop();
    if (group === undefined) {
      this.#find(segment, 'SEGMENT_MISPLACED', 'warning', { detail: 'UNE without UNG' });
      return;
    }
    this.#compareCount(segment, group.messages, 'messages');
    this.#compareReference(segment, textOf(group.segment, 4), 'UNG');
  }

  #closeGroups(): void {
    for (const group of this.#groups) this.#find(group.segment, 'ENVELOPE_MISSING', 'warning', { detail: 'no UNE' });
    this.#groups = [];
  }

  #endInterchange(segment: Segment): void {
    if (this.#trailer !== undefined) {
      this.#find(segment, 'SEGMENT_MISPLACED', 'warning', { detail: 'a second UNZ' });
      return;
    }
    this.#trailer = segment;
    const counted = this.#groupCount > 0 ? this.#groupCount : this.#messageCount;
    this.#compareCount(segment, counted, this.#groupCount > 0 ? 'groups' : 'messages');
    if (this.#header !== undefined) this.#compareReference(segment, textOf(this.#header, 4), 'UNB');
  }

  #checkLength(segment: Segment, element: number): void {
    const value = segment.elements[element]?.[0] ?? '';
    if (value.length <= mostCharacters) return;
    this.#find(segment, 'FIELD_INVALID', 'warning', {
      element: element + 1,
      component: 1,
      value,
      detail: `cut to ${mostCharacters} characters`,
    });
  }

  #compareCount(segment: Segment, counted: number, of: string, message = 0): void {
    const value = textOf(segment, 0);
    if (/^\d+$/.test(value) && Number(value) === counted) return;
    this.#find(segment, 'ENVELOPE_COUNT', 'warning', { element: 1, component: 1, value, detail: `counted ${counted} ${of}` }, message);
  }

  #compareReference(segment: Segment, expected: string, of: string, message = 0): void {
    const value = textOf(segment, 1);
    if (value === expected) return;
    this.#find(segment, 'ENVELOPE_REFERENCE', 'warning', { element: 2, component: 1, value, detail: `differs from ${of}` }, message);
  }

  #find(
    segment: Segment | undefined,
    code: FindingCode,
    severity: Finding['severity'],
    more: Partial<Finding>,
    message = this.#open?.[0]?.index ?? 0,
  ): void {
    const index = segment?.index ?? 1;
    if (!this.#log.wants(severity, index, message)) return;
    this.#log.add({ ...more, code, severity, segment: index, ...(segment === undefined ? {} : { tag: segment.tag }) }, message);
  }
}

function textOf(segment: Segment | undefined, element: number): string {
  return cut((segment?.elements[element]?.[0] ?? '').trim(), mostCharacters);
}

function envelopeOf(header: Segment | undefined): Envelope {
  return {
    sender: textOf(header, 1),
    recipient: textOf(header, 2),
    preparedAt: cut((header?.elements[3] ?? []).join(':'), mostCharacters),
    reference: textOf(header, 4),
  };
}
