import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aConsignment, type Facts, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
afterAll(() => owner.close());

const boxes = ['LSCU1000016', 'LSCU1000021'];

/** What one report says; `minute` of 26 July 2026, from 11:00 local time. */
type Report = { readonly box: number; readonly minute: number; readonly booking: boolean; readonly full: string };
/** TRAIN: an IFTSTA of trains, with a box where the report has a booking. */
type Kind = 'CODECO' | 'COARRI' | 'IFTSTA' | 'TRAIN' | 'COPARN';
/** A document and the messages about it, in the sender's order: functions and what each reports. */
type History = {
  readonly kind: Kind;
  readonly isOut: boolean;
  readonly messages: readonly { readonly as: string; readonly reports: readonly Report[] }[];
};

const report = fc.record({ box: fc.nat(1), minute: fc.nat(2), booking: fc.boolean(), full: fc.constantFrom('4', '5') });
const reports = fc.array(report, { minLength: 1, maxLength: 2 });
const history: fc.Arbitrary<History> = fc.record({
  kind: fc.constantFrom<Kind[]>('CODECO', 'COARRI', 'IFTSTA', 'TRAIN', 'COPARN'),
  isOut: fc.boolean(),
  messages: fc
    .tuple(reports, fc.array(fc.record({ as: fc.constantFrom('9', '5', '4', '1'), reports }), { maxLength: 3 }))
    .map(([first, rest]) => [{ as: '9', reports: first }, ...rest]),
});

// Told in every run of this test: one report and its cancellation, of a box and of a train.
function cancelled(kind: Kind): History {
  const reports = [{ box: 0, minute: 1, booking: true, full: '5' }] as const;
  return {
    kind,
    isOut: false,
    messages: [
      { as: '9', reports },
      { as: '1', reports },
    ],
  };
}

test('histories of all kinds with corrections end in the same rows, in whatever order their messages and the consignment come', {
  timeout: 300_000,
}, async () => {
  // Behind the interchange times of all messages: which of two was told last must not hang on which came last.
  owner.clock.now = Date.parse('2026-07-26T06:00:00Z');
  const retracted = { events: 0, movements: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(history, { minLength: 2, maxLength: 3 }), fc.infiniteStream(fc.nat()), async (histories, stream) => {
      const sent = [...histories.flatMap(messagesOf), ''];
      const expected = await after(sent);
      for (const table of ['events', 'movements'] as const)
        retracted[table] += (expected[table] ?? []).filter((row) => 'retracted' in row && row.retracted === true).length;
      const keys = sent.map((text) => ({ text, key: stream.next().value }));
      const order = keys.sort((one, other) => one.key - other.key).map(({ text }) => text);
      expect(await after(order)).toEqual(expected);
      expect(await after([...sent].reverse())).toEqual(expected);
    }),
    { numRuns: 20, examples: [[[cancelled('CODECO'), cancelled('TRAIN')], fc.stream([3, 1, 4, 0, 2, 5, 6, 7].values())]] },
  );
  expect(Math.min(retracted.events, retracted.movements)).toBeGreaterThan(0);
});

async function after(sent: readonly string[]): Promise<Facts> {
  await owner.empty();
  for (const text of sent) {
    const { status } =
      text === ''
        ? await owner.send(aConsignment({ equipment: boxes.map((equipmentReference) => ({ equipmentReference })) }))
        : await owner.edifact(text);
    expect(status).toBe(200);
  }
  return owner.facts();
}

function messagesOf({ kind, isOut, messages }: History, document: number): string[] {
  return messages.map(({ as, reports: told }, index) => {
    const body = bodies[kind](told, isOut, `D${document}`, as);
    const reference = `${document}${index}`;
    return [
      `UNB+UNOA:1+QZBICT+GUANGXI+260726:12${String(index * 10 + document).padStart(2, '0')}+${reference}`,
      `UNH+1+${kind === 'IFTSTA' || kind === 'TRAIN' ? 'IFTSTA:D:00B:UN' : `${kind}:D:95B:UN:SMDG20`}`,
      ...body,
      `UNT+${body.length + 2}+1`,
      `UNZ+1+${reference}`,
    ]
      .map((segment) => `${segment}'`)
      .join('\n');
  });
}

const at = ({ minute }: Report): string => `2026072611${String(minute).padStart(2, '0')}:203`;
const equipment = ({ box, full }: Report): string => `EQD+CN+${boxes[box]}+45R1:102:5+++${full}`;
const place = 'CNQZH:139:6+BICT:TER:306';
const booking = (each: Report): string[] => (each.booking ? ['RFF+BN:BK100'] : []);

const bodies: { readonly [kind in Kind]: (told: readonly Report[], isOut: boolean, document: string, as: string) => string[] } = {
  CODECO: (told, isOut, document, as) => [
    `BGM+${isOut ? 36 : 34}+${document}+${as}`,
    ...told.flatMap((each) => [equipment(each), ...booking(each), `DTM+7:${at(each)}`, `LOC+165+${place}`]),
    `CNT+16:${told.length}`,
  ],
  COARRI: (told, isOut, document, as) => [
    `BGM+${isOut ? 46 : 44}+${document}+${as}`,
    'TDT+20+024S+1++COSU:172:20+++3100007:146::HARMONY',
    ...told.flatMap((each) => [equipment(each), ...booking(each), `DTM+203:${at(each)}`, `LOC+165+${place}`]),
    `CNT+16:${told.length}`,
  ],
  IFTSTA: (told, isOut, document, as) => [
    `BGM+23+${document}+${as}`,
    'DTM+137:202607261300:203',
    'CNI+1+WB0001',
    ...told.flatMap((each) => [
      `STS+1+${isOut ? 'OA' : 'I'}`,
      ...booking(each),
      `DTM+334:${at(each)}`,
      `LOC+175+${place}`,
      equipment(each),
    ]),
  ],
  TRAIN: (told, isOut, document, as) => [
    `BGM+23+${document}+${as}`,
    'DTM+137:202607261300:203',
    'CNI+1+WB0001',
    ...told.flatMap((each) => [
      `STS+1+${isOut ? 'RL' : 'AR'}`,
      ...booking(each),
      `DTM+334:${at(each)}`,
      `LOC+175+${place}`,
      `TDT+30+X950${each.full}+2`,
      ...(each.booking ? [equipment(each)] : []),
    ]),
  ],
  COPARN: (told, isOut, document, as) => [
    `BGM+${isOut ? 12 : 11}+${document}+${as}`,
    ...told.flatMap((each) => [equipment(each), ...booking(each), `DTM+201:${at(each)}`, `LOC+165+${place}`]),
    `CNT+16:${told.length}`,
  ],
};
