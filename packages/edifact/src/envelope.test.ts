import { expect, test } from 'vitest';
import { InterchangeReader, readInterchange } from './envelope.ts';
import { stops } from './findings.ts';
import { bytes, codeco, interchange, onlyMessage, read } from './made-messages.ts';

const codesOf = (findings: readonly { code: string; segment: number }[]) => findings.map(({ code, segment }) => [code, segment]);

test('an interchange gives its envelope and its messages with their bytes', () => {
  const text = interchange([codeco(), codeco({ reference: '2', bgm: 'BGM+36+GT0002+9' })]);
  const { messages, ...envelope } = read(text);
  expect(envelope).toEqual({
    sender: 'QZGATE',
    recipient: 'GXCORR',
    preparedAt: '260726:1230',
    reference: 'IC0001',
    charset: 'US-ASCII',
    findings: [],
  });
  expect(
    messages.map(({ type, directory, association, reference, findings }) => [type, directory, association, reference, findings]),
  ).toEqual([
    ['CODECO', 'D.95B', 'SMDG21', '1', []],
    ['CODECO', 'D.95B', 'SMDG21', '2', []],
  ]);
  expect(messages.map((message) => text.slice(message.bytes.from, message.bytes.to))).toEqual([
    codeco(),
    codeco({ reference: '2', bgm: 'BGM+36+GT0002+9' }),
  ]);
});

test('the bytes of a message do not hold the line breaks around it', () => {
  const text = `\xef\xbb\xbfUNA:+.? '\r\n${interchange().replaceAll("'", "'\r\n")}`;
  const [message] = read(text).messages;
  expect(text.slice(message?.bytes.from, message?.bytes.to)).toMatch(/^UNH\+1\+[\s\S]*UNT\+14\+1'$/);
});

test('bare messages are read, and the missing envelope is one warning', () => {
  const { messages, findings, sender, reference } = read(codeco() + codeco({ reference: '2' }));
  expect(messages.map((message) => [message.reference, message.findings])).toEqual([
    ['1', []],
    ['2', []],
  ]);
  expect([sender, reference]).toEqual(['', '']);
  expect(findings).toEqual([{ code: 'ENVELOPE_MISSING', severity: 'warning', segment: 1, detail: 'no UNB' }]);
});

test('UNZ missing is a warning at the last segment', () => {
  const { messages, findings } = read(interchange().replace(/UNZ.*/, ''));
  expect(messages).toHaveLength(1);
  expect(findings).toEqual([{ code: 'ENVELOPE_MISSING', severity: 'warning', segment: 15, tag: 'UNT', detail: 'no UNZ' }]);
});

test('a wrong count and a wrong reference of UNT are warnings of its message', () => {
  const { messages, findings } = read(interchange([codeco().replace(/UNT.*/, "UNT+99+7'"), codeco({ reference: '2' })]));
  expect(findings).toEqual([]);
  expect(messages.map((message) => message.findings)).toEqual([
    [
      {
        code: 'ENVELOPE_COUNT',
        severity: 'warning',
        segment: 15,
        tag: 'UNT',
        element: 1,
        component: 1,
        value: '99',
        detail: 'counted 14 segments, UNH and UNT included',
      },
      {
        code: 'ENVELOPE_REFERENCE',
        severity: 'warning',
        segment: 15,
        tag: 'UNT',
        element: 2,
        component: 1,
        value: '7',
        detail: 'differs from UNH',
      },
    ],
    [],
  ]);
});

test('leading zeros of a count are no difference, a count that is no number is one', () => {
  expect(onlyMessage(interchange([codeco().replace('UNT+14', 'UNT+000014')])).findings).toEqual([]);
  expect(codesOf(onlyMessage(interchange([codeco().replace('UNT+14', 'UNT+XIV')])).findings)).toEqual([['ENVELOPE_COUNT', 15]]);
});

test('empty segments are not counted', () => {
  const { messages } = read(interchange().replace("BGM+34+GT0001+9'", "BGM+34+GT0001+9''"));
  expect(codesOf(messages[0]?.findings ?? [])).toEqual([['SEGMENT_EMPTY', 4]]);
});

test('a wrong count and a wrong reference of UNZ are warnings of the interchange', () => {
  const { messages, findings } = read(interchange().replace(/UNZ.*/, "UNZ+2+IC0002'"));
  expect(messages).toHaveLength(1);
  expect(findings).toMatchObject([
    { code: 'ENVELOPE_COUNT', severity: 'warning', segment: 16, tag: 'UNZ', element: 1, value: '2', detail: 'counted 1 messages' },
    { code: 'ENVELOPE_REFERENCE', severity: 'warning', segment: 16, tag: 'UNZ', element: 2, value: 'IC0002', detail: 'differs from UNB' },
  ]);
});

test('groups are read, UNE and UNZ count them, and a message knows its group', () => {
  const group = (reference: string, count: number) =>
    `UNG+CODECO+A+B+260726:1230+${reference}+UN+D:95B'${codeco()}UNE+${count}+${reference}'`;
  const { messages, findings } = read(`UNB+UNOA:2+A+B+260726:1230+1'${group('G1', 1)}${group('G2', 1)}UNZ+2+1'`);
  expect(findings).toEqual([]);
  expect(messages.map((message) => message.group)).toEqual([
    { type: 'CODECO', reference: 'G1' },
    { type: 'CODECO', reference: 'G2' },
  ]);
  expect(codesOf(read(`UNB+UNOA:2+A+B+260726:1230+1'${group('G1', 3)}UNZ+1+1'`).findings)).toEqual([['ENVELOPE_COUNT', 17]]);
  expect(codesOf(read(`UNB+UNOA:2+A+B+260726:1230+1'${group('G1', 1).replace('UNE+1+G1', 'UNE+1+G9')}UNZ+1+1'`).findings)).toEqual([
    ['ENVELOPE_REFERENCE', 17],
  ]);
  expect(codesOf(read(`UNB+UNOA:2+A+B+260726:1230+1'${group('G1', 1).replace(/UNE.*/, '')}UNZ+1+1'`).findings)).toEqual([
    ['ENVELOPE_MISSING', 2],
  ]);
});

test('groups stand at most two deep', () => {
  const text = `UNB+UNOA:2+A+B+260726:1230+1'UNG+A++++1'UNG+B++++2'UNG+C++++3'${codeco()}UNE+1+2'UNE+0+1'UNZ+2+1'`;
  const { messages, findings } = read(text);
  expect(messages).toHaveLength(1);
  expect(codesOf(findings)).toEqual([
    ['SEGMENT_MISPLACED', 3],
    ['LIMIT_EXCEEDED', 4],
  ]);
});

test('a message without UNT is stopped, the next one is not', () => {
  const { messages, findings } = read(interchange([codeco().replace(/UNT.*/, ''), codeco({ reference: '2' })]));
  expect(findings).toEqual([]);
  expect(messages.map((message) => message.findings)).toEqual([
    [{ code: 'SEGMENT_MISSING', severity: 'error', segment: 14, tag: 'CNT', detail: 'no UNT' }],
    [],
  ]);
});

test('input that ends inside a message stops it', () => {
  const text = interchange();
  const { messages, findings } = read(text.slice(0, text.indexOf('LSCU1000016')));
  expect(codesOf(findings)).toEqual([['ENVELOPE_MISSING', 6]]);
  expect(messages.map((message) => [codesOf(message.findings), stops(message.findings)])).toEqual([
    [
      [
        ['SEGMENT_UNTERMINATED', 6],
        ['SEGMENT_MISSING', 6],
      ],
      true,
    ],
  ]);
});

test('NUL in one message stops that message alone', () => {
  const { messages, findings } = read(interchange([codeco({ bgm: 'BGM+34+GT\x001+9' }), codeco({ reference: '2' })]));
  expect(findings).toEqual([]);
  expect(messages.map((message) => [codesOf(message.findings), stops(message.findings)])).toEqual([
    [[['CHARACTER_NOT_STORABLE', 3]], true],
    [[], false],
  ]);
});

test('segments outside any message are told and left out', () => {
  const { messages, findings } = read(interchange().replace('UNH+1+', "FTX+A'UNT+1+1'UNE+1+1'UNH+1+"));
  expect(messages).toHaveLength(1);
  expect(codesOf(findings)).toEqual([
    ['SEGMENT_MISPLACED', 2],
    ['SEGMENT_MISPLACED', 3],
    ['SEGMENT_MISPLACED', 4],
  ]);
});

test('segments of foreign dialects inside a message do no harm', () => {
  const { messages, findings } = read(interchange([codeco({ trailer: ['IEA+1:525', 'END+1:525'] })]));
  expect([findings, messages[0]?.findings]).toEqual([[], []]);
});

test('several interchanges in one input each have a sender, separators, a character set and counts of their own', () => {
  const joined = [
    interchange([codeco(), codeco({ reference: '2' })]),
    '\r\n\xef\xbb\xbf',
    'UNA;*.! ~UNB*UNOC;3*OTHER*GXCORR*260726;1300*IC0002~UNH*7*CODECO;D;95B;UN~FTX*AAI***caf\xe9 A+B!*~UNT*3*7~UNZ*2*IC0002~',
    interchange([codeco({ reference: '9' })], 'UNOY:4')
      .replace('QZGATE', 'THIRD')
      .replaceAll('IC0001', 'IC0003'),
  ];
  const { messages, findings, ...envelope } = read(joined.join(''));
  expect(envelope).toMatchObject({ sender: 'QZGATE', reference: 'IC0001' });
  expect(messages.map((message) => [message.envelope.sender, message.envelope.reference, message.reference, message.findings])).toEqual([
    ['QZGATE', 'IC0001', '1', []],
    ['QZGATE', 'IC0001', '2', []],
    ['OTHER', 'IC0002', '7', []],
    ['THIRD', 'IC0003', '9', []],
  ]);
  expect(messages[2]?.envelope).toEqual({ sender: 'OTHER', recipient: 'GXCORR', preparedAt: '260726:1300', reference: 'IC0002' });
  expect(messages[2]?.segments[1]?.elements.at(-1)).toEqual(['café A+B*']);
  expect(findings).toMatchObject([{ code: 'ENVELOPE_COUNT', severity: 'warning', tag: 'UNZ', value: '2', detail: 'counted 1 messages' }]);
});

test('separators of an UNA before the first interchange alone go on where the next one visibly uses them', () => {
  const own = interchange().replaceAll('+', '*').replaceAll(':', ';').replaceAll("'", '~');
  const { messages, findings } = read(`UNA;*.? ~${own}${own}${interchange()}`);
  expect(messages.map((message) => [message.type, message.findings])).toEqual(Array(3).fill(['CODECO', []]));
  expect(findings).toEqual([]);
});

test('an interchange without UNZ before the next one is a warning, and the next one is read', () => {
  const { messages, findings } = read(interchange().replace(/UNZ.*/, '') + interchange().replace('QZGATE', 'OTHER'));
  expect(messages.map((message) => [message.envelope.sender, message.findings])).toEqual([
    ['QZGATE', []],
    ['OTHER', []],
  ]);
  expect(findings).toEqual([{ code: 'ENVELOPE_MISSING', severity: 'warning', segment: 15, tag: 'UNT', detail: 'no UNZ' }]);
});

test('an interchange without UNZ before one with separators of its own is a warning, and the next one is read by them, split wherever it may be', () => {
  const own = interchange([codeco({ reference: '7' })])
    .replace('QZGATE', 'OTHER')
    .replaceAll('+', '*')
    .replaceAll(':', ';')
    .replaceAll("'", '~');
  const cutOff = interchange().replace(/UNZ.*$/, '');
  const text = `${cutOff}\r\nUNA;*.!\r\n ~\r\n${own}`;
  const { messages, findings } = read(text);
  expect(messages.map((message) => [message.envelope.sender, message.reference, message.findings])).toEqual([
    ['QZGATE', '1', []],
    ['OTHER', '7', []],
  ]);
  expect(findings).toMatchObject([{ code: 'ENVELOPE_MISSING', severity: 'warning', detail: 'no UNZ' }]);
  expect(messages.map((message) => text.slice(message.bytes.from, message.bytes.from + 6))).toEqual(['UNH+1+', 'UNH*7*']);
  for (let at = 1; at < text.length; at++) {
    const reader = new InterchangeReader();
    const pieces = [bytes(text.slice(0, at)), bytes(text.slice(at))].flatMap((piece) => reader.push(piece));
    const end = reader.end();
    expect({ ...end, messages: [...pieces, ...end.messages] }, `split at ${at}`).toEqual(read(text));
  }
});

test.each([
  ['UNA without an interchange behind it', "UNA+ABC'"],
  ['a tag that begins like it', "UNAB+1'"],
  ['one cut short by the end of the input', 'UNA:+'],
])('%s inside a message is a segment of it', (_, segment) => {
  const { messages } = read(interchange([codeco({ trailer: [segment.replace("'", '')] })]));
  expect(messages.map((message) => [message.findings, message.segments.length])).toEqual([
    [[], onlyMessage(interchange()).segments.length],
  ]);
});

test('bare messages before an interchange do not pass under its sender', () => {
  const { messages, findings, sender } = read(codeco() + interchange());
  expect([sender, ...messages.map((message) => message.envelope.sender)]).toEqual(['', '', 'QZGATE']);
  expect(codesOf(findings)).toEqual([['ENVELOPE_MISSING', 1]]);
});

test.each(['From: gate@example.org\r\nSubject: codeco\r\n\r\n', '\0\0\x01', '{"edi":"', `${'=-'.repeat(2_000)}\n`])(
  'text before the interchange is left out, with a warning: %j',
  (before) => {
    for (const una of ['', "UNA:+.? '"]) {
      const text = before + una + interchange();
      const { messages, findings } = read(text);
      expect(messages.map((message) => [text.slice(message.bytes.from, message.bytes.to), message.findings])).toEqual([[codeco(), []]]);
      expect(findings).toMatchObject([
        { code: 'SEGMENT_MISPLACED', severity: 'warning', segment: 1, detail: 'text before UNA or UNB; left out' },
      ]);
    }
  },
);

test('a message behind UNZ is a warning', () => {
  const { messages } = read(interchange() + codeco({ reference: '2' }));
  expect(messages.map((message) => message.findings.map(({ code, severity }) => [code, severity]))).toEqual([
    [],
    [['SEGMENT_MISPLACED', 'warning']],
  ]);
});

test('input without any message cannot be read', () => {
  for (const text of ['', ' \r\n', 'hello', '{"json":true}', '\xff\xfeU\0N\0B\0', "UNB+UNOA:2+A+B+260726:1230+1'UNZ+0+1'"]) {
    const { messages, findings } = read(text);
    expect(messages, text).toEqual([]);
    expect(findings.at(-1), text).toMatchObject({ code: 'MESSAGE_UNREADABLE', severity: 'error' });
  }
});

test('a header without message type stops the message', () => {
  expect(read("UNH+1'UNT+2+1'").messages[0]?.findings).toMatchObject([
    { code: 'ELEMENT_MISSING', severity: 'error', segment: 1, tag: 'UNH', element: 2 },
  ]);
});

test('an interchange beyond a limit is refused as a whole', () => {
  for (const limits of [{ interchangeBytes: 300 }, { segments: 16 }]) {
    const { messages, findings, sender } = read(interchange([codeco(), codeco()]), { limits });
    expect([messages, sender]).toEqual([[], 'QZGATE']);
    expect(findings).toMatchObject([{ code: 'LIMIT_EXCEEDED', severity: 'error' }]);
  }
});

test('who sends too many messages, broken messages or interchanges is refused as a whole, and told why', () => {
  const good = Array.from({ length: 3 }, (_, at) => codeco({ reference: String(at) }));
  const broken = Array.from({ length: 3 }, () => 'UNH+1+X').join("'");
  for (const [text, limits, detail] of [
    [interchange(good), { messages: 2 }, 'an interchange has at most 2 messages'],
    [`${broken}'UNH+1+X'`, { stoppedMessages: 2 }, 'more than 2 messages have errors; the rest was not read'],
    [interchange() + interchange() + interchange(), { interchanges: 2 }, 'an input has at most 2 interchanges'],
  ] as const) {
    const { messages, findings } = read(text, { limits });
    expect(messages).toEqual([]);
    expect(findings).toEqual([{ code: 'LIMIT_EXCEEDED', severity: 'error', segment: expect.any(Number), detail }]);
  }
});

test('8 MiB of broken messages are given up after the first thousand', () => {
  const input = bytes("UNH+1+X'".repeat(1024 * 1024));
  const reader = new InterchangeReader();
  let pieces = 0;
  for (let at = 0; at < input.length && reader.refusal === undefined; at += 64 * 1024, pieces++)
    reader.push(input.subarray(at, at + 64 * 1024));
  expect([pieces, reader.refusal?.code]).toEqual([1, 'LIMIT_EXCEEDED']);
});

test('references that are too long for a key are cut, with a warning', () => {
  const long = 'R'.repeat(200);
  const { messages, reference, findings } = read(interchange([codeco({ reference: long })]).replaceAll('IC0001', long));
  expect([reference, messages[0]?.reference]).toEqual(['R'.repeat(70), 'R'.repeat(70)]);
  expect(findings).toMatchObject([{ code: 'FIELD_INVALID', severity: 'warning', segment: 1, element: 5, value: 'R'.repeat(35) }]);
  expect(messages[0]?.findings).toMatchObject([{ code: 'FIELD_INVALID', severity: 'warning', segment: 2, element: 1 }]);
});

test('a message type of any length is cut', () => {
  expect(read(`UNH+1+${'X'.repeat(100)}:D:${'9'.repeat(100)}'UNT+2+1'`).messages[0]).toMatchObject({
    type: 'X'.repeat(70),
    directory: `D.${'9'.repeat(70)}`,
  });
});

test('a hostile interchange has its findings counted, and every message with an error is still stopped', () => {
  const broken = (reference: number) => `UNH+${reference}+X:D:95B:UN'FTX+\0'FTX+\0'UNT+1+1'`;
  const { messages, findings } = read(Array.from({ length: 600 }, (_, at) => broken(at)).join(''));
  expect(messages.every((message) => stops(message.findings))).toBe(true);
  expect(messages.reduce((sum, message) => sum + message.findings.length, 0) + findings.length).toBeLessThan(1_700);
  expect(findings.at(-1)).toMatchObject({
    code: 'LIMIT_EXCEEDED',
    severity: 'info',
    detail: expect.stringMatching(/^and \d+ more findings$/),
  });
});

test('read piece by piece, each message is given as soon as it is complete', () => {
  const input = bytes(interchange([codeco(), codeco({ reference: '2' })]));
  const reader = new InterchangeReader();
  const given = [...input].map((byte) => reader.push(Uint8Array.of(byte)).map((message) => message.reference));
  expect(given.filter((references) => references.length > 0)).toEqual([['1'], ['2']]);
  const whole = readInterchange(input);
  expect(reader.end()).toEqual({ ...whole, messages: [] });
});
