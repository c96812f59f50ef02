import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aBox, aConsignment, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const callers = Array.from({ length: 20 }, (_, index) => index);
const tally = (answers: readonly { body: { messages: readonly { outcome: string }[] } }[]) =>
  Object.fromEntries(
    ['TAKEN', 'DUPLICATE', 'REFUSED'].map((outcome) => [
      outcome,
      answers.filter(({ body }) => body.messages[0]?.outcome === outcome).length,
    ]),
  );

test('a gate message posted by 20 callers at once takes effect once, and each is answered', async () => {
  const answers = await Promise.all(callers.map(() => owner.edifact(codeco())));
  expect(answers.map(({ status }) => status)).toEqual(callers.map(() => 200));
  expect(tally(answers)).toEqual({ TAKEN: 1, DUPLICATE: 19, REFUSED: 0 });
  expect(await owner.told()).toEqual(['equipment-record 1', 'equipment-event 1']);
  expect(await owner.rows('select outcome, count(*)::int as count from raw_message group by 1 order by 1')).toEqual([
    { outcome: 'DUPLICATE', count: 19 },
    { outcome: 'TAKEN', count: 1 },
  ]);
});

test('a consignment posted by 20 callers at once takes effect once', async () => {
  const answers = await Promise.all(callers.map(() => owner.send(aConsignment())));
  expect(tally(answers)).toEqual({ TAKEN: 1, DUPLICATE: 19, REFUSED: 0 });
  expect(await owner.told()).toEqual(['consignment-record 1', 'equipment-record 1']);
});

test('of 20 revisions posted at once the highest stands, and every one is answered', async () => {
  const answers = await Promise.all(
    callers.map((index) => owner.send(aConsignment({ revision: index + 1, goods: [{ numberOfPackages: index + 1 }] }))),
  );
  expect(answers.map(({ status }) => status)).toEqual(callers.map(() => 200));
  expect(await owner.rows('select message_revision, number_of_packages from consignment_record')).toEqual([
    { message_revision: 20, number_of_packages: 20 },
  ]);
});

test('events and their consignment posted at once do not miss each other', async () => {
  const gates = callers.map((index) =>
    owner.edifact(
      codeco({
        interchange: `${index + 1}`,
        document: `GATE-${index + 1}`,
        name: index % 2 === 0 ? '34' : '36',
        boxes: [aBox('LSCU1000016', `2026072610${10 + index}`)],
      }),
    ),
  );
  const answers = await Promise.all([...gates.slice(0, 10), owner.send(aConsignment()), ...gates.slice(10)]);
  expect(tally(answers)).toEqual({ TAKEN: 21, DUPLICATE: 0, REFUSED: 0 });
  expect(await owner.rows('select count(*)::int as links from event_consignment')).toEqual([{ links: 20 }]);
  expect(await owner.rows('select count(*)::int as trips from equipment_record')).toEqual([{ trips: 1 }]);
  // The last that the outbox was told of each record is what is stored.
  const [stale] = await owner.rows<{ count: number }>(`select count(*)::int as count from
    (select id, revision from consignment_record union all select id, revision from equipment_record union all select id, revision from equipment_event) r
    where r.revision is distinct from (select max(o.revision) from outbox o where o.subject = r.id)`);
  expect(stale).toEqual({ count: 0 });
});
