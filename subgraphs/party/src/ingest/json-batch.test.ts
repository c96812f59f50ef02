import { asAdministrator } from '@corridor/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCall, aConsignment, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const numbered = (number: number, more: object = {}): object =>
  aConsignment({ recordReference: `LZ-${String(number).padStart(4, '0')}`, references: [], equipment: [], ...more });
const seen = ({ status, body }: Awaited<ReturnType<IngestUnderTest['send']>>): unknown => ({
  status,
  messages: body.messages.map(({ reference, function: as, outcome }) => `${reference} ${as} ${outcome}`),
  findings: body.findings.map(({ code, path }) => `${code} ${path}`),
});

test('messages of an array take effect each for itself, and findings name the one they belong to', async () => {
  await owner.send(numbered(1));
  const { legs: _, ...withoutLegs } = aConsignment({ recordReference: 'LZ-0003' });
  const answer = await owner.send([
    numbered(1),
    numbered(2),
    withoutLegs,
    numbered(1, { goods: [] }),
    numbered(4, { controllerCode: 'nobody' }),
    7,
    numbered(5, { equipment: [{ equipmentReference: 'LSCU1000017' }] }),
  ]);
  expect(seen(answer)).toEqual({
    status: 200,
    messages: [
      'LZ-0001 ORIGINAL DUPLICATE',
      'LZ-0002 ORIGINAL TAKEN',
      'LZ-0003 null REFUSED',
      'LZ-0001 ORIGINAL REFUSED',
      'LZ-0004 ORIGINAL REFUSED',
      'null null REFUSED',
      'LZ-0005 ORIGINAL TAKEN',
    ],
    findings: [
      'MESSAGE_DUPLICATE 0',
      'FIELD_INVALID 2.legs',
      'REVISION_CONFLICT 3.revision',
      'CONTROLLER_UNKNOWN 4.controllerCode',
      'FIELD_INVALID 5',
      'EQUIPMENT_REFERENCE_CHECK_DIGIT 6.equipment.0.equipmentReference',
    ],
  });
  expect(await owner.rows('select record_key from consignment_record order by 1')).toEqual(
    ['LZ-0001', 'LZ-0002', 'LZ-0005'].map((reference) => ({ record_key: `["gx-logistics","${reference}"]` })),
  );
});

test('a message of an array that cannot be stored takes none along, before it or behind it, and its fault is told', async () => {
  await asAdministrator(owner.store, `alter table consignment_record add constraint refused check (record_key not like '%LZ-0002%')`);
  try {
    await expect(owner.send([numbered(1), numbered(2), numbered(3)])).rejects.toMatchObject({ code: '23514' });
    expect(await owner.rows('select record_key from consignment_record order by 1')).toEqual(
      ['LZ-0001', 'LZ-0003'].map((reference) => ({ record_key: `["gx-logistics","${reference}"]` })),
    );
  } finally {
    await asAdministrator(owner.store, 'alter table consignment_record drop constraint refused');
  }
});

test('an array of which nothing can be taken in is refused, and kept whole', async () => {
  expect(seen(await owner.send([{}, 'text']))).toMatchObject({ status: 422, messages: ['null null REFUSED', 'null null REFUSED'] });
  expect(await owner.rows('select outcome from raw_message')).toEqual([{ outcome: 'REFUSED' }]);
});

test('revisions of one record in one array come one after the other', async () => {
  const answer = await owner.send([numbered(1), numbered(1, { revision: 3, cancelled: true }), numbered(1, { revision: 2 })]);
  expect(seen(answer)).toEqual({
    status: 200,
    messages: ['LZ-0001 ORIGINAL TAKEN', 'LZ-0001 CANCEL TAKEN', 'LZ-0001 REPLACE DUPLICATE'],
    findings: ['REVISION_SUPERSEDED 2.revision'],
  });
  expect(await owner.rows('select message_revision, cancelled, revision::int from consignment_record')).toEqual([
    { message_revision: 3, cancelled: true, revision: 2 },
  ]);
});

test('an array leaves the rows that its messages leave one by one, whatever was there before', { timeout: 60_000 }, async () => {
  const box = (equipmentReference: string): object => ({ equipment: [{ equipmentReference }] });
  const messages = [
    aConsignment(),
    aConsignment({ recordReference: 'LZ-0002', references: [], ...box('LSCU1000016') }),
    ...Array.from({ length: 30 }, (_, index) => numbered(index + 3, index % 7 === 0 ? box('LSCU1000021') : {})),
    aConsignment({ revision: 2, participants: [] }),
  ];
  const before = async (): Promise<void> => {
    await owner.empty();
    await owner.edifact(codeco());
    await owner.sendCall(aCall());
  };
  await before();
  for (const message of messages) expect((await owner.send(message)).status).toBe(200);
  const oneByOne = await owner.facts();
  await before();
  const { body } = await owner.send(messages);
  expect(new Set(body.messages.map(({ outcome }) => outcome))).toEqual(new Set(['TAKEN']));
  expect(await owner.facts()).toEqual(oneByOne);
});

test('calls come in arrays too', async () => {
  const answer = await owner.sendCall([
    aCall(),
    aCall({ recordReference: 'CALL-2', place: { UNLocationCode: 'CNBIH' } }),
    aCall({ recordReference: 'CALL-3', controllerCode: 'nobody' }),
    aCall({ revision: 2, times: [] }),
  ]);
  expect(seen(answer)).toEqual({
    status: 200,
    messages: ['CALL-1 ORIGINAL TAKEN', 'CALL-2 ORIGINAL TAKEN', 'CALL-3 ORIGINAL REFUSED', 'CALL-1 REPLACE TAKEN'],
    findings: ['CONTROLLER_UNKNOWN 2.controllerCode'],
  });
  expect(await owner.rows('select record_key, message_revision from transport_call order by 1')).toEqual([
    { record_key: '["gx-railway","CALL-1"]', message_revision: 2 },
    { record_key: '["gx-railway","CALL-2"]', message_revision: 1 },
  ]);
});

test('a question that waits is answered while an array is taken in', async () => {
  const taken = owner.send(Array.from({ length: 120 }, (_, index) => numbered(index + 1)));
  const counts: number[] = [];
  let isDone = false;
  void taken.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const [row] = await owner.rows<{ count: number }>('select count(*)::int as count from consignment_record');
    counts.push(row?.count ?? 0);
  }
  await taken;
  expect(counts.some((count) => count > 0 && count < 120)).toBe(true);
});
