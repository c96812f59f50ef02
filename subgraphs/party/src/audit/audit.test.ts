import { sql } from '@corridor/store';
import { asAdministrator } from '@corridor/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous, passportOf } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const [apples, pears] = ['apples', 'pears'].map((word) => idOfWord('consignment-record', word)) as [string, string];
const box = idOfWord('equipment-record', 'box');
const [gateIn, released, hidden] = ['gate in', 'released', 'hidden'].map((word) => idOfWord('equipment-event', word)) as [
  string,
  string,
  string,
];

beforeAll(async () => {
  party = await startPartyUnderTest();
  const named = [{ as: 'CZ', org: 'GS/orchard', identification: 'SECRET-NUMBER', en: 'Secret Orchard' }];
  const columns = { description_of_goods: 'Secret apples', hs_code: '080810', unique_consignment_reference: 'SECRET-UCR' };
  await insertConsignments(party.store, [
    { word: 'apples', route: ['GX', 'CQ'], named, columns },
    { word: 'pears', route: ['GX', 'CQ'], named, columns },
    { word: 'plums', route: ['GX'] },
  ]);
  await insertBoxes(party.store, [{ word: 'box', equipmentReference: 'LSCU1000016', in: ['apples', 'plums'] }]);
  await insertEvents(party.store, [
    { word: 'gate in', of: ['apples', 'plums'], box: 'box' },
    { word: 'released', code: 'CUSR', of: ['apples'], at: '2026-10-03T08:00:00.000Z' },
    { word: 'hidden', of: ['plums'] },
  ]);
}, 60_000);
beforeEach(() => asAdministrator(party.store, 'truncate audit_log'));
afterAll(() => party.close());

const record = (id: string) => ({ type: 'GuangxiConsignmentRecord', id });

test('a read is logged once per record class, with each id once and the groups that were selected and granted, and never a value', async () => {
  const officer = anOfficer('CQ', { roles: ['customs'], purpose: 'clearance' });
  const query = `query Whole($representations: [_Any!]!) { _entities(representations: $representations) { ... on GuangxiConsignmentRecord {
    id HSCode uniqueConsignmentReference consignor { identification }
    equipment { nodes { id seals { sealNumber } consignments { id } } }
    milestones { nodes { id eventDateTime consignments { id } ... on GuangxiEquipmentEvent { equipmentReference } } } } } }`;
  const representations = [apples, pears, apples, idOfWord('consignment-record', 'plums')].map((id) => ({
    __typename: 'GuangxiConsignmentRecord',
    id,
  }));
  await party.ask(officer, query, { representations });

  const who = {
    subject: 'officer-of-CQ',
    client: 'corridor-cli',
    party: 'CQ',
    org: null,
    roles: ['customs'],
    purpose: 'clearance',
    operation: 'Whole',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    agreementRefs: ['DEFAULT'],
  };
  expect(await party.auditRows()).toEqual([
    { ...who, recordClass: 'CONSIGNMENT', recordIds: [apples, pears].sort(), fieldGroups: ['CONSIGNMENT', 'GOODS~', 'PARTIES~'] },
    { ...who, recordClass: 'EQUIPMENT', recordIds: [box], fieldGroups: ['EQUIPMENT', 'SEAL'] },
    { ...who, recordClass: 'EVENT', recordIds: [gateIn], fieldGroups: ['EQUIPMENT', 'EVENT'] },
    { ...who, recordClass: 'CLEARANCE', recordIds: [released], fieldGroups: ['CLEARANCE~'] },
  ]);
  const [stored] = await party.store.query<{ text: string }>(sql`select string_agg(body::text, ' ') as text from audit_log`);
  expect(stored?.text).not.toMatch(/secret|0808|LSCU|Qinzhou|2026-10/i);
  expect(stored?.text).not.toContain(hidden);
});

test('the passport stays with the entry as evidence, and no two entries have the same salt or id', async () => {
  await party.entities(anOfficer('CQ'), [record(apples)], '... on GuangxiConsignmentRecord { id equipment { nodes { id } } }');
  const rows = await party.store.query<{ entry_id: string; salt: string; passport: string }>(
    sql`select entry_id, body ->> 'salt' as salt, body ->> 'passport' as passport from audit_log`,
  );
  const passport = await passportOf(party.keys, anOfficer('CQ'), 'guangxi');
  expect(rows.map((row) => row.passport)).toEqual([passport, passport]);
  expect(new Set(rows.map(({ salt }) => salt)).size).toBe(2);
  for (const { salt } of rows) expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
  for (const { entry_id } of rows) expect(entry_id).toMatch(/^guangxi:access-log-entry:[0-9a-z]{16}$/);
});

test('what nobody read is not logged: unknown and forbidden records, and questions about the schema', async () => {
  await party.entities(anOfficer('VN'), [record(apples), record('guangxi:consignment-record:0000000000000000')], '__typename');
  await party.ask(anonymous, '{ _service { sdl } }');
  expect(await party.auditRows()).toEqual([]);
});

test('a record whose existence alone was asked for is logged without groups', async () => {
  await party.entities(aFirm('GS/orchard'), [record(apples)], '__typename');
  expect(await party.auditRows()).toEqual([
    expect.objectContaining({ org: 'GS/orchard', recordClass: 'CONSIGNMENT', recordIds: [apples], fieldGroups: [] }),
  ]);
});

test('public reads are logged too', async () => {
  const [port] = await party.store.db.facility.findMany({ where: { noun: 'port' } });
  await party.entities(anonymous, [{ type: 'GuangxiPort', id: port?.id ?? '' }], '... on GuangxiPort { facilityTypeCode }');
  expect(await party.auditRows()).toEqual([
    expect.objectContaining({
      party: null,
      subject: null,
      purpose: null,
      recordClass: 'FACILITY',
      recordIds: [port?.id],
      fieldGroups: ['FACILITY'],
      agreementRefs: ['DEFAULT'],
    }),
  ]);
});

test('a read that cannot be logged is not answered', async () => {
  party.auditing.fails = true;
  const answer = await party.entities(anOfficer('CQ'), [record(apples)], '... on GuangxiConsignmentRecord { HSCode }');
  party.auditing.fails = false;
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: 200,
    body: {
      data: null,
      errors: [
        {
          message: 'The owner cannot record the read, so it does not answer',
          extensions: { code: 'AUDIT_UNAVAILABLE', retryable: true, correlationId: '0af7651916cd43dd8448eb211c80319c' },
        },
      ],
    },
  });
  expect(answer.text).not.toContain('disk full');
});

test('the row is there when the answer is', async () => {
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { status } = await party.entities(anOfficer('CQ', { subject: `officer ${index}` }), [record(apples)], '__typename');
      const [found] = await party.store.query<{ count: number }>(
        sql`select count(*)::int as count from audit_log where body ->> 'subject' = ${`officer ${index}`}`,
      );
      expect([status, found?.count]).toEqual([200, 1]);
    }),
  );
});
