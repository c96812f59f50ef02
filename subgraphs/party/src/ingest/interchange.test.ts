import { asAdministrator } from '@corridor/store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { aBox, type Codeco, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
}, 60_000);
beforeEach(() => owner.empty());
afterEach(() => asAdministrator(owner.store, 'alter table equipment_event drop constraint if exists refused'));
afterAll(() => owner.close());

const boxOf = (index: number): string => `LSCU${1_000_000 + index}`;

/** One interchange with these messages, about documents of their own where nothing else is said. */
function interchange(messages: readonly Partial<Codeco>[]): string {
  const bodies = messages.map((more, index) =>
    codeco({ reference: String(index + 1), document: `GATE-${index}`, boxes: [aBox(boxOf(index))], ...more })
      .split('\n')
      .slice(1, -1),
  );
  return ["UNB+UNOA:1+QZBICT+GUANGXI+260726:1200+1'", ...bodies.flat(), `UNZ+${messages.length}+1'`].join('\n');
}

/** How many messages took effect in each transaction. */
const together = async (): Promise<number[]> =>
  (
    await owner.rows<{ count: number }>(
      'select count(*)::int as count from source_message group by xmin::text order by min(message_key collate "C")',
    )
  ).map(({ count }) => count);
const outcomes = ({ body }: Awaited<ReturnType<IngestUnderTest['edifact']>>) =>
  body.messages.map(({ reference, outcome }) => [reference, outcome]);

/** Segments of boxes whose event belongs to no consignment. */
const notLinked = ({ body }: Awaited<ReturnType<IngestUnderTest['edifact']>>) =>
  body.findings.flatMap(({ code, segment }) => (code === 'EVENT_NOT_LINKED' ? [segment] : []));

test('messages about different documents take effect in one transaction, each with its own answer and event', async () => {
  const answer = await owner.edifact(interchange([{}, { boxes: [aBox(boxOf(0)), aBox(boxOf(1))] }, {}]));
  expect(outcomes(answer)).toEqual([
    ['1', 'TAKEN'],
    ['2', 'TAKEN'],
    ['3', 'TAKEN'],
  ]);
  expect(notLinked(answer)).toEqual([4, 11, 14, 21]);
  expect(await together()).toEqual([3]);
  expect(await owner.rows('select count(*)::int as count from equipment_event')).toEqual([{ count: 4 }]);
});

test('what corrects a message of the same interchange takes effect after it', async () => {
  const answer = await owner.edifact(interchange([{ document: 'D' }, { document: 'D', function: '1' }, {}]));
  expect(outcomes(answer).map(([, outcome]) => outcome)).toEqual(['TAKEN', 'TAKEN', 'TAKEN']);
  expect(notLinked(answer)).toEqual([4, 18]);
  expect(answer.body.findings.map(({ code }) => code)).not.toContain('REPLACED_MESSAGE_NOT_FOUND');
  expect(await owner.rows('select equipment_reference as box, retracted from equipment_event order by 1')).toEqual([
    { box: boxOf(0), retracted: true },
    { box: boxOf(2), retracted: false },
  ]);
  expect((await together()).toSorted()).toEqual([1, 2]);
});

test('the same message twice in one interchange is a duplicate the second time, and a reference used again is told', async () => {
  const again = { reference: '1', document: 'D', boxes: [aBox(boxOf(0))] };
  const answer = await owner.edifact(interchange([again, again, { reference: '1', document: 'E' }]));
  expect(outcomes(answer).map(([, outcome]) => outcome)).toEqual(['TAKEN', 'DUPLICATE', 'TAKEN']);
  expect(answer.body.findings.map(({ code }) => code)).toContain('MESSAGE_REFERENCE_REUSED');
});

test('a message that cannot be stored takes none along that stand with it', async () => {
  await asAdministrator(owner.store, `alter table equipment_event add constraint refused check (equipment_reference <> '${boxOf(2)}')`);
  await expect(owner.edifact(interchange([{}, {}, {}, {}]))).rejects.toMatchObject({ code: '23514' });
  expect(await together()).toEqual([1, 1, 1]);
  expect(await owner.rows('select equipment_reference as box from equipment_event order by 1')).toEqual(
    [boxOf(0), boxOf(1), boxOf(3)].map((box) => ({ box })),
  );
});

test('of 201 messages at most a hundred share a transaction: others get their turn in between', async () => {
  const { status } = await owner.edifact(interchange(Array.from({ length: 201 }, () => ({}))));
  expect(status).toBe(200);
  expect((await together()).toSorted((one, other) => one - other)).toEqual([1, 100, 100]);
});
