import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Interchange, readInterchange } from './envelope.ts';
import { bySegment } from './findings.ts';
import { terminal } from './made-messages.ts';
import { mapCodeco } from './messages/codeco.ts';
import { mapMessage } from './messages/map-message.ts';
import { Tokenizer } from './tokens.ts';

// Files of others, found by CORPUS_DIR and never part of the project: what they say is measured against an independent count of their segments.
const corpus = process.env['CORPUS_DIR'];
const files = corpus === undefined ? [] : filesBelow(corpus, ['edifact', 'edifact-syntax']);

if (corpus === undefined) {
  const notice = 'CORPUS_DIR is not set: how EDIFACT files of others are read was NOT checked';
  console.warn(`edifact: ${notice}`);
  test.skip(notice, () => {});
}

describe.skipIf(corpus === undefined)('EDIFACT files of others', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test.each(files)('%s is read, and each wrong count or reference is a finding with its segment', (file) => {
    const input = readFileSync(join(corpus ?? '', file));
    const read = readInterchange(input);
    expect(read.messages.length).toBeGreaterThan(0);
    expect(envelopeFindings(read)).toEqual(envelopeFaults(input));
    expect(read.messages.flatMap((message) => message.findings).filter((finding) => finding.severity === 'error')).toEqual([]);
  });

  test.each(files)('%s gives the same segments, split at every offset', (file) => {
    const input = readFileSync(join(corpus ?? '', file));
    const whole = new Tokenizer();
    const expected = JSON.stringify([...whole.push(input), ...whole.end()]);
    for (let at = 1; at < input.length; at++) {
      const tokenizer = new Tokenizer();
      const segments = [...tokenizer.push(input.subarray(0, at)), ...tokenizer.push(input.subarray(at)), ...tokenizer.end()];
      if (JSON.stringify(segments) !== expected) expect(segments, `split at ${at}`).toEqual(JSON.parse(expected));
    }
  });

  test.each(files.filter((file) => file.includes('codeco')))('%s maps to one gate-in', (file) => {
    const { messages } = readInterchange(readFileSync(join(corpus ?? '', file)));
    const mapped = messages.map((message) => mapCodeco(message, { ...terminal, timeZone: 'Europe/Madrid' }));
    expect(mapped.map(({ function: name, findings, facts }) => [name, findings, facts.map((fact) => fact.type.value)])).toEqual([
      ['ORIGINAL', [], ['GTIN']],
    ]);
    const [fact] = mapped[0]?.facts ?? [];
    expect(Object.keys(fact ?? {}).sort()).toEqual(
      [
        'kind',
        'line',
        'type',
        'at',
        'equipmentReference',
        'ISOEquipmentCode',
        'emptyIndicatorCode',
        'facility',
        'booking',
        'vessel',
        'seals',
        'grossWeightKg',
        'vehicleRegistrationNumber',
        'parties',
      ].sort(),
    );
    expect(mapped[0]?.lost.length).toBeGreaterThan(0);
  });

  test('the wrappings of one status report map to the same facts: one departure by rail', () => {
    const statuses = files.filter((file) => file.includes('iftsta'));
    expect(statuses).toHaveLength(3);
    const mapped = statuses.map((file) => {
      const [message, ...others] = readInterchange(readFileSync(join(corpus ?? '', file))).messages;
      if (message === undefined || others.length > 0) throw new Error(`${file} is not one message`);
      const { facts, ...rest } = mapMessage(message, { ...terminal, timeZone: 'America/New_York' });
      return { ...rest, facts: facts.map((fact) => withSegmentsFrom(fact, message.segments[0]?.index ?? 0)) };
    });
    const [first] = mapped;
    expect(mapped).toEqual(statuses.map(() => first));
    expect([first?.function, first?.findings]).toEqual(['ORIGINAL', []]);
    expect(first?.facts).toMatchObject([{ kind: 'status', line: 1, type: { value: 'DEPA' }, modeOfTransport: { value: 'RAIL' } }]);
    expect(Object.keys(first?.facts[0] ?? {}).sort()).toEqual(
      [
        'kind',
        'line',
        'type',
        'at',
        'equipmentReference',
        'ISOEquipmentCode',
        'emptyIndicatorCode',
        'booking',
        'transportDocument',
        'facility',
        'modeOfTransport',
        'parties',
      ].sort(),
    );
    expect(first?.lost.length).toBeGreaterThan(0);
  });

  test.each(files)('%s is mapped, or told to be of no type that is', (file) => {
    for (const message of readInterchange(readFileSync(join(corpus ?? '', file))).messages) {
      const { facts, findings } = mapMessage(message, { ...terminal, timeZone: 'Europe/Madrid' });
      const isTaken = ['CODECO', 'IFTSTA'].includes(message.type);
      expect([facts.length > 0, findings.map((finding) => finding.code)]).toEqual(
        isTaken ? [true, []] : [false, ['MESSAGE_TYPE_UNSUPPORTED']],
      );
    }
  });
});

function filesBelow(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.edi'))
      .map((name) => join(folder, name))
      .sort(),
  );
}

/** A fact with its segments counted from the one of its message: a wrapping has some in front. */
function withSegmentsFrom(fact: object, first: number): unknown {
  return JSON.parse(JSON.stringify(fact), (key: string, value: unknown) => (key === 'segment' ? Number(value) - first : value));
}

function envelopeFindings({ messages, findings }: Interchange): [string, number][] {
  return bySegment(findings, ...messages.map((message) => message.findings))
    .filter((finding) => finding.code.startsWith('ENVELOPE_'))
    .map((finding) => [finding.code, finding.segment]);
}

/** What is wrong with counts and references, found the simple way: the text split at its separators. */
function envelopeFaults(input: Uint8Array): [string, number][] {
  const text = Buffer.from(input)
    .toString('latin1')
    .replace(/[\r\n]/g, '');
  const una = /^UNA(.)(.).(.).(.)/.exec(text);
  const [, , element = '+', release = '?', terminator = "'"] = una ?? [];
  const segments = splitAt(text.slice(una === null ? 0 : 9), terminator, release)
    .filter((segment) => segment.trim() !== '')
    .map((segment) => splitAt(segment.trim(), element, release));
  const faults: [string, number][] = [];
  const opened = new Map<string, { at: number; reference: string | undefined }>();
  const counts = { UNH: 0, UNG: 0 };
  const check = (at: number, header: string, counted: (from: number) => number, segment: readonly string[]): void => {
    const open = opened.get(header);
    if (Number(segment[1]) !== counted(open?.at ?? 0)) faults.push(['ENVELOPE_COUNT', at]);
    if (segment[2] !== open?.reference) faults.push(['ENVELOPE_REFERENCE', at]);
    opened.delete(header);
  };
  for (const [index, segment] of segments.entries()) {
    const at = index + 1;
    const [tag = ''] = segment;
    if (tag === 'UNH' || tag === 'UNG') counts[tag]++;
    if (tag === 'UNB' || tag === 'UNG') opened.set(tag, { at, reference: segment[5] });
    if (tag === 'UNH') opened.set(tag, { at, reference: segment[1] });
    if (tag === 'UNT') check(at, 'UNH', (from) => at - from + 1, segment);
    if (tag === 'UNE') check(at, 'UNG', () => counts.UNH, segment);
    if (tag === 'UNZ') check(at, 'UNB', () => counts.UNG || counts.UNH, segment);
  }
  if (segments[0]?.[0] !== 'UNB') faults.unshift(['ENVELOPE_MISSING', 1]);
  if (opened.has('UNB')) faults.push(['ENVELOPE_MISSING', segments.length]);
  return faults;
}

function splitAt(text: string, separator: string, release: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === separator) parts.push('');
    else {
      parts[parts.length - 1] += letter;
      if (letter === release && release !== ' ') parts[parts.length - 1] += text.charAt(++at);
    }
  }
  return parts;
}
