import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InterchangeReader, type Message, readInterchange } from './envelope.ts';
import { type Finding, findingCodes } from './findings.ts';
import { bytes, coarri, codeco, coparn, iftsta, interchange, onlyMessage, terminal } from './made-messages.ts';
import { mapMessage } from './messages/map-message.ts';
import { Tokenizer } from './tokens.ts';

const codes: ReadonlySet<string> = new Set(findingCodes);

/** Reads and maps, and holds what must hold for every input. */
function survive(input: Uint8Array, charset?: string): number {
  const { messages, findings, ...envelope } = readInterchange(input, charset === undefined ? {} : { charset });
  const all: Finding[] = [...findings];
  for (const message of messages) {
    const mapped = mapMessage(message, terminal);
    all.push(...message.findings, ...mapped.findings);
    for (const fact of mapped.facts) {
      if (fact.kind === 'order') expect(fact.units.value).toBeGreaterThan(0);
      else expect(fact.at.value.endsWith('Z')).toBe(true);
      expect(fact.equipmentReference?.value).not.toBe('');
    }
    expect(message.bytes.from).toBeLessThan(message.bytes.to);
    expect(message.bytes.to).toBeLessThanOrEqual(input.byteLength);
  }
  for (const finding of all) {
    expect(codes.has(finding.code), finding.code).toBe(true);
    expect(finding.segment).toBeGreaterThan(0);
    expect(finding.value?.length ?? 0).toBeLessThanOrEqual(35);
  }
  // jsonb refuses NUL and lone surrogates
  const kept = JSON.stringify([envelope, messages.map((message) => [message.segments, mapMessage(message, terminal)]), all]);
  expect(/\\u0000|\\ud[89a-f][0-9a-f]{2}/.test(kept)).toBe(false);
  if (messages.length === 0) expect(findings.some((finding) => finding.severity === 'error')).toBe(true);
  return messages.length;
}

test('random bytes never throw, and end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(undefined, 'GB18030'), (input, charset) => {
      survive(input, charset);
    }),
    { numRuns: 500 },
  );
});

test('random characters of EDIFACT never throw, and end', () => {
  const soup = fc.array(
    fc.constantFrom(
      "'",
      '+',
      ':',
      '?',
      '*',
      '\r\n',
      ' ',
      'UNA',
      'UNB',
      'UNG',
      'UNH',
      'UNT',
      'UNE',
      'UNZ',
      'UNB+UNOA:4+',
      'junk',
      'BGM',
      'EQD',
      'DTM',
      '7',
      '\0',
      '\xe9',
    ),
    {
      maxLength: 120,
    },
  );
  fc.assert(
    fc.property(soup, (parts) => {
      survive(bytes(parts.join('')));
    }),
    { numRuns: 500 },
  );
});

test.each(['CODECO:D:95B:UN', 'COARRI:D:00B:UN', 'IFTSTA:D:99B:UN', 'COPARN:D:95B:UN'])('random segments of %s never throw', (type) => {
  const element = fc.oneof(
    fc.constantFrom(
      'CN',
      '20',
      '1',
      '44',
      '12',
      '34',
      '23',
      'RL',
      '9',
      '203',
      '334',
      '165',
      '175',
      'BN',
      'EQ',
      '36',
      'VGM',
      'LSCU1000016',
      '',
    ),
    fc.constantFrom('203:202607261205:203', '36:20260731:102', 'BN:BK1', '7', '16:1', 'KGM:1', 'CNQZH:139:6', ':::X'),
    fc.string({ unit: fc.constantFrom('A', '0', ':', '\0', '\xe9', ' '), maxLength: 80 }),
  );
  const tag = fc.constantFrom('BGM', 'EQD', 'CNI', 'STS', 'DTM', 'LOC', 'RFF', 'TDT', 'NAD', 'SEL', 'MEA', 'EQN', 'CNT', 'FTX');
  const segment = fc.tuple(tag, fc.array(element, { maxLength: 8 })).map(([name, elements]) => [name, ...elements].join('+'));
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 30 }), (segments) => {
      const text = [`UNH+1+${type}`, ...segments, `UNT+${segments.length + 2}+1`].map((one) => `${one}'`).join('');
      survive(bytes(text));
      const { lost } = mapMessage(onlyMessage(text), terminal);
      expect(lost.every(({ path, count }) => /^[A-Z?0-9]{3}(\+[A-Z0-9]{1,3})?(\.\d+\*?)?$|^other$/.test(path) && count > 0)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('random bytes, split anywhere, give the segments of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200), { maxLength: 5 }), (input, cuts) => {
      const whole = new Tokenizer();
      const expected = [...whole.push(input), ...whole.end()];
      const pieces = new Tokenizer();
      const edges = [0, ...cuts.map((at) => Math.min(at, input.length)).sort((one, other) => one - other), input.length];
      const given = edges.slice(1).flatMap((to, at) => pieces.push(input.subarray(edges[at], to)));
      expect([...given, ...pieces.end()]).toEqual(expected);
      expect(pieces.findings).toEqual(whole.findings);
    }),
    { numRuns: 300 },
  );
});

test('any message, split anywhere, gives the facts and findings of the whole', () => {
  const message = fc.constantFrom(
    codeco(),
    coarri(),
    iftsta(),
    coparn(),
    codeco({ reference: '2' }).replace(/UNT.*/, ''),
    codeco().replace('UNT+', 'UNT+9'),
  );
  const input = fc
    .tuple(
      fc.constantFrom('', '\xef\xbb\xbf', 'mail text\r\n', "UNA:+.? '", "UNA:+.?*'\r\n"),
      fc.array(fc.array(message, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('UNOA:2', 'UNOC:3', 'UNOY:4', 'UNOX:3'),
      fc.constantFrom("'", "'\n", "'\r\n"),
    )
    .map(
      ([opening, interchanges, syntax, end]) =>
        opening +
        interchanges
          .map((each) => interchange(each, syntax))
          .join('')
          .replaceAll("'", end),
    );
  const told = (messages: readonly Message[]) => messages.map((each) => [each, mapMessage(each, terminal)]);
  fc.assert(
    fc.property(input, fc.array(fc.nat(2_000), { maxLength: 8 }), (text, cuts) => {
      const all = bytes(text);
      const whole = readInterchange(all);
      const reader = new InterchangeReader();
      const edges = [0, ...cuts.map((at) => at % all.length).sort((one, other) => one - other), all.length];
      const given = edges.slice(1).flatMap((to, at) => reader.push(all.subarray(edges[at], to)));
      const rest = reader.end();
      expect(told([...given, ...rest.messages])).toEqual(told(whole.messages));
      expect(rest.findings).toEqual(whole.findings);
    }),
    { numRuns: 150 },
  );
});

test('any text survives escaping, wrapping and reading', () => {
  const text = fc.string({ unit: fc.constantFrom('A', "'", '+', ':', '?', '*', 'é', '钦', '😀', ' '), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (sent, width) => {
      const escaped = Buffer.from(sent.replace(/[?+:']/g, '?$&'), 'utf8').toString('latin1');
      const wrapped = `UNB+UNOY:3+A+B'FTX+${escaped}'`.replace(new RegExp(`[\\s\\S]{${width}}`, 'g'), '$&\r\n');
      const tokenizer = new Tokenizer();
      const segments = [...tokenizer.push(bytes(wrapped)), ...tokenizer.end()];
      expect(segments[1]?.elements).toEqual([[sent]]);
    }),
    { numRuns: 300 },
  );
});

test('600 cut, flipped, doubled and re-wrapped files are survived', () => {
  const seed = Number(process.env['EDIFACT_SEED'] ?? 20260726);
  const random = mulberry32(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  const originals = [
    interchange(),
    `UNA:+.?*'\r\n${interchange([codeco(), codeco({ reference: '2', bgm: 'BGM+36+GT0002+5' })], 'UNOW:4').replaceAll("'", "'\r\n")}`,
    codeco({ type: 'CODECO:D:00B:UN' }),
    interchange([coarri(), iftsta({ reference: '2' }), coparn({ reference: '3' })]),
    `UNA:+.'UNB+UNOC:3+A+B+260726:1230+1'UNG+CODECO+A+B+260726:1230+1+UN+D:95B'${codeco()}UNE+1+1'UNZ+1+1'`,
  ];
  const mutations: ((text: string) => string)[] = [
    (text) => text.slice(0, pick(text.length)),
    (text) => text.slice(pick(text.length)),
    (text) => {
      const at = pick(text.length);
      return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << pick(8))) + text.slice(at + 1);
    },
    (text) => text.replace(new RegExp(`[\\s\\S]{${1 + pick(80)}}`, 'g'), '$&\r\n'),
    (text) => {
      const at = pick(text.length);
      return text.slice(0, at) + text.slice(pick(text.length), pick(text.length)) + text.slice(at);
    },
    (text) => text.replaceAll("'+:?\0".charAt(pick(5)), "'+:?\0".charAt(pick(5))),
  ];
  let read = 0;
  for (let file = 0; file < 600; file++) {
    let text = originals[file % originals.length] ?? '';
    for (let times = 1 + pick(3); times > 0; times--) text = mutations[pick(mutations.length)]?.(text) ?? text;
    try {
      read += survive(bytes(text));
    } catch (cause) {
      throw new Error(`file ${file} of seed ${seed}: ${JSON.stringify(text)}`, { cause });
    }
  }
  console.info(`edifact: 600 mutated files of seed ${seed} (EDIFACT_SEED) survived, ${read} messages read`);
  expect(read).toBeGreaterThan(100);
});

/** A small generator of numbers from 0 to 1 that a seed repeats. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
