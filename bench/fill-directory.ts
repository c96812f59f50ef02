/** The directory's database filled with what the feed of a population tells. */
import { randomBytes } from 'node:crypto';
import { audienceOf, type ConditionRow, defaultClauses } from '../packages/sharing/src/index.ts';
import { insertRecords, type Store, sql, type Tx } from '../packages/store/src/index.ts';
import type { AudienceTuple, IndexReference, RecordClass } from '../schemas/src/index.ts';
import { applyPage } from '../subgraphs/directory/src/index/apply.ts';
import { type AudienceSet, audienceSet } from '../subgraphs/directory/src/index/audience.ts';
import { blind } from '../subgraphs/directory/src/index/blind.ts';
import { readPage } from '../subgraphs/party/src/feed/page.ts';
import { callDay, callEvents, callToldAt } from './fill-party.ts';
import { batches, makeHappenings } from './happenings.ts';
import type { MadeCall, MadeConsignment, Population } from './population.ts';
import { type Progress, quickly } from './quickly.ts';

/** Tells the directory all that the outbox of the party holds, by the feed's own code. */
export async function tellAll(party: Store<'party'>, directory: Store<'directory'>, indexKey: Uint8Array): Promise<void> {
  await party.query(sql`update outbox set position = id where position is null`);
  await party.query(sql`update outbox_head set last = (select max(position) from outbox)`);
  for (let position = 0n; ; ) {
    const { events, parts, position: next, last } = await readPage(party, 'guangxi', position, 1_000, toldAt);
    const page = { events: [...events], sealed: null, next: String(next), waitingMs: 0, more: next < last, unknown: [] };
    await applyPage(directory, { source: 'guangxi', page, parts, indexKey, clock: () => toldAt, random: randomBytes });
    position = next;
    if (next >= last) return;
  }
}

const toldAt = Date.parse('2026-10-05T00:00:00Z');

/** Fills a directory that knows the places of the party and nothing else. */
export async function fillDirectory(
  store: Store<'directory'>,
  population: Population,
  indexKey: Uint8Array,
  progress: Progress,
): Promise<void> {
  await quickly(store, progress, async (tx) => {
    await makeHappenings(tx, population);
    await audiences(tx, population, indexKey);
    await tellOfCalls(tx, population.calls, indexKey);
    await entries(tx);
    progress('entries');
    await keysOfConsignments(tx, population.consignments, indexKey);
    await keysAndLinks(tx);
    await keysAndLinksOfCalls(tx, population.calls, indexKey);
    progress('keys and links');
    await tx.execute(
      `insert into inbox (source, event_id, at) select 'guangxi', md5('change ' || e.id)::uuid, e.changed_at from entry e
        where e.noun not in ('port', 'terminal', 'border-crossing', 'party-profile')`,
    );
  });
}

type Read = Pick<MadeConsignment, 'route' | 'destination' | 'participants'>;

function audienceFor(indexKey: Uint8Array, recordClass: RecordClass, consignments: readonly Read[]): AudienceSet {
  const row: ConditionRow = {
    routeParties: [...new Set(consignments.flatMap(({ route }) => route))],
    destinationParties: [...new Set(consignments.map(({ destination }) => destination))],
    participations: consignments.flatMap(({ participants }) => participants.map(({ as, org }) => ({ org, function: as }))),
    at: toldAt,
  };
  const tuples: AudienceTuple[] = audienceOf(defaultClauses, recordClass, row, toldAt);
  return audienceSet(indexKey, tuples);
}

const classes = ['CONSIGNMENT', 'EQUIPMENT', 'EVENT', 'INSPECTION', 'CLEARANCE'] as const satisfies readonly RecordClass[];

/** Temporary table `may_know`: the audience set of each class, by `readers`. */
async function audiences(tx: Tx, { consignments }: Population, indexKey: Uint8Array): Promise<void> {
  const patterns = new Map(consignments.map((each) => [each.readers, each]));
  const sets = [...patterns].flatMap(([readers, each]) =>
    classes.map((recordClass) => ({ readers, recordClass, set: audienceFor(indexKey, recordClass, [each]) })),
  );
  await writeSets(
    tx,
    sets.map(({ set }) => set),
  );
  await tx.execute('create temporary table may_know (readers text, class text, digest text, set_id bigint) on commit drop');
  await insertRecords(
    tx,
    'may_know',
    { readers: 'text', class: 'text', digest: 'text' },
    sets.map(({ readers, recordClass, set }) => ({ readers, class: recordClass, digest: set.digest })),
  );
  await tx.execute(`update may_know k set set_id = s.id from audience_set s where s.digest = decode(k.digest, 'hex')`);
}

async function writeSets(tx: Tx, given: readonly AudienceSet[]): Promise<void> {
  const sets = [...new Map(given.map((set) => [set.digest, set])).values()];
  const onConflict = '(digest) do nothing';
  const columns = { digest: 'bytea' } as const;
  const added = await insertRecords(
    tx,
    'audience_set',
    columns,
    sets.map(({ digest }) => ({ digest: `\\x${digest}` })),
    { onConflict, returning: `id, encode(digest, 'hex') as digest` },
  );
  const idOf = new Map(added.map((row) => [Reflect.get(row, 'digest'), Reflect.get(row, 'id')]));
  await insertRecords(
    tx,
    'audience_member',
    { token: 'bytea', set_id: 'bigint' },
    sets.flatMap(({ digest, tokens }) =>
      idOf.has(digest) ? tokens.map((token) => ({ token: `\\x${token}`, set_id: String(idOf.get(digest)) })) : [],
    ),
  );
}

/** Keys of consignments, and temporary table `box_index`: the blinded number of each box. */
async function keysOfConsignments(tx: Tx, consignments: readonly MadeConsignment[], indexKey: Uint8Array): Promise<void> {
  await tx.execute('create temporary table box_index (box text, index bytea) on commit drop');
  const boxes = [...new Set(consignments.map(({ equipmentReference }) => equipmentReference))];
  await insertRecords(
    tx,
    'box_index',
    { box: 'text', index: 'bytea' },
    boxes.map((box) => ({ box, index: `\\x${blind(indexKey, 'EQUIPMENT', box)}` })),
  );
  for (const batch of batches(consignments))
    await writeKeys(
      tx,
      batch.flatMap((each) => keysOf(each).map((key) => ({ id: each.id, ...key }))),
      indexKey,
    );
}

function keysOf({ reference, carrierBookingReference, participants, equipmentReference }: MadeConsignment): IndexReference[] {
  const [shipper] = participants;
  const booking = `COSU/${carrierBookingReference}`;
  return [
    { kind: 'UCR', value: reference, joins: true },
    { kind: 'BOOKING', value: booking, joins: false },
    { kind: 'BOOKING', value: `${booking}/${shipper?.scheme}:${shipper?.identification}`, joins: true },
    { kind: 'EQUIPMENT', value: equipmentReference, joins: false },
  ];
}

type Key = IndexReference & { readonly id: string };

// A key bears the audience set of its entry, which is there.
async function writeKeys(tx: Tx, given: readonly Key[], indexKey: Uint8Array): Promise<void> {
  await tx.execute('create temporary table told_key (entry_id text, kind text, index bytea, joins boolean) on commit drop');
  await insertRecords(
    tx,
    'told_key',
    { entry_id: 'text', kind: 'text', index: 'bytea', joins: 'boolean' },
    given.map(({ id, kind, value, joins }) => ({ entry_id: id, kind, index: `\\x${blind(indexKey, kind, value)}`, joins })),
  );
  await tx.execute(
    `insert into entry_key (entry_id, kind, index, joins, audience_set_id)
     select k.entry_id, k.kind, k.index, k.joins, e.audience_set_id from told_key k join entry e on e.id = k.entry_id`,
  );
  await tx.execute('drop table told_key');
}

/** Temporary table `told_call`: calls and their events, with their readers. */
async function tellOfCalls(tx: Tx, made: readonly MadeCall[], indexKey: Uint8Array): Promise<void> {
  const told = made.flatMap((call) => {
    const at = new Date(callToldAt(call));
    const event = audienceFor(indexKey, 'EVENT', call.carries);
    return [
      {
        set: audienceFor(indexKey, 'SCHEDULE', call.carries),
        row: { id: call.id, noun: 'vessel-call', at, sort_at: callDay(call), classifier: null },
      },
      ...callEvents(call).map(({ id, classifier, at: sortAt }) => ({
        set: event,
        row: { id, noun: 'transport-event', at, sort_at: sortAt, classifier },
      })),
    ];
  });
  await writeSets(
    tx,
    told.map(({ set }) => set),
  );
  await tx.execute(
    'create temporary table told_call (id text, noun text, at timestamptz, sort_at timestamptz, classifier text, digest text) on commit drop',
  );
  await insertRecords(
    tx,
    'told_call',
    { id: 'text', noun: 'text', at: 'timestamptz', sort_at: 'timestamptz', classifier: 'text', digest: 'text' },
    told.map(({ row, set }) => ({ ...row, digest: set.digest })),
  );
}

async function keysAndLinksOfCalls(tx: Tx, made: readonly MadeCall[], indexKey: Uint8Array): Promise<void> {
  await writeKeys(
    tx,
    made.flatMap(({ id, vesselIMONumber, voyageNumber }): Key[] => [
      { id, kind: 'VESSEL', value: vesselIMONumber, joins: false },
      { id, kind: 'VOYAGE', value: voyageNumber, joins: false },
    ]),
    indexKey,
  );
  await insertRecords(
    tx,
    'entry_link',
    { entry_id: 'text', record_id: 'text', key_kind: 'text' },
    made.flatMap((call) =>
      [call.id, ...callEvents(call).map(({ id }) => id)].flatMap((entry_id) =>
        call.carries.map(({ id }) => ({ entry_id, record_id: id, key_kind: 'VOYAGE' })),
      ),
    ),
  );
}

// In the order of change, as the feed tells it: so are positions given.
async function entries(tx: Tx): Promise<void> {
  await tx.execute(
    `insert into entry (id, party, noun, revision, withdrawn, audience_set_id, created_at, changed_at, sort_at, un_location_codes, event_classifier_code,
            consignment_id, derived_id, index_position)
     select t.id, 'guangxi', t.noun, t.revision, false, t.set_id, t.created_at, t.changed_at, t.sort_at,
            case when t.sort_at is null then '{}'::text[] else '{CNQZH}' end, t.classifier, t.consignment_id, t.consignment_id,
            b.last + row_number() over (order by t.changed_at, t.id)
       from (select m.id, 'consignment-record' as noun, 5 as revision, k.set_id, m.told_at as created_at, m.changed_at, null::timestamptz as sort_at,
                    null::text as classifier, m.consignment_id
               from made m join may_know k on k.readers = m.readers and k.class = 'CONSIGNMENT'
             union all
             select m.equipment_id, 'equipment-record', 1, k.set_id, m.told_at, m.told_at, null, null, null
               from made m join may_know k on k.readers = m.readers and k.class = 'EQUIPMENT'
             union all
             select h.id, 'equipment-event', 1, k.set_id, h.told_at, h.told_at, h.at, h.classifier, null
               from happening h join may_know k on k.readers = h.readers and k.class = case
                    when h.code in ('CUSS', 'CUSI', 'INSP') then 'INSPECTION' when h.code = 'CUSR' then 'CLEARANCE' else 'EVENT' end
             union all
             select c.id, c.noun, 1, s.id, c.at, c.at, c.sort_at, c.classifier, null
               from told_call c join audience_set s on s.digest = decode(c.digest, 'hex')) t
       cross join (select coalesce(max(index_position), 0) as last from entry) b order by 14`,
  );
  await tx.query(`select setval(pg_get_serial_sequence('entry', 'index_position'), max(index_position)) from entry`);
}

async function keysAndLinks(tx: Tx): Promise<void> {
  await tx.execute(
    `insert into entry_key (entry_id, kind, index, joins, audience_set_id)
     select t.id, 'EQUIPMENT', b.index, false, e.audience_set_id
       from (select equipment_id as id, box from made union all select id, box from happening) t
       join box_index b on b.box = t.box join entry e on e.id = t.id`,
  );
  await tx.execute(
    `insert into entry_link (entry_id, record_id, key_kind)
     select m.equipment_id, m.id, 'EQUIPMENT' from made m union all select h.id, h.record_id, 'BOOKING' from happening h`,
  );
}
