/**
 * The party's own places and profile, brought from the definition into the database at every start. A place is found again by its local code and keeps
 * its id; the directory hears of it only when something is different.
 */
import { appendToOutbox, type SqlStore, type SqlTx } from '@corridor/exchange';
import { type Clock, invariant, makeId, type Noun, partyOf, type Random } from '@corridor/schemas';
import { insertRecords } from '@corridor/store';
import { type FacilityDefinition, type PartyDefinition, partyProfileId } from '../definition.ts';
import { contentSha256 } from '../ingest/canonical-json.ts';
import { lockIngest } from '../ingest/source-message.ts';

type Change = { readonly subject: string; readonly noun: Noun; readonly revision: number };

/** Writes what the definition says where it differs from what is stored. A place that is no longer defined stays: records point to it. */
export async function seedReference(store: SqlStore, definition: PartyDefinition, clock: Clock, random: Random): Promise<void> {
  await store.transaction(async (tx) => {
    await lockIngest(tx);
    const now = new Date(clock());
    const changes = [...(await seedFacilities(tx, definition, now, random)), ...(await seedProfile(tx, definition, now))];
    await appendToOutbox(tx, changes);
  });
}

async function seedFacilities(tx: SqlTx, { code, facilities }: PartyDefinition, now: Date, random: Random): Promise<Change[]> {
  const known = new Map(
    (await tx.query<{ id: string; local_code: string }>('select id, local_code from facility')).map((row) => [row.local_code, row.id]),
  );
  const ids = new Map(facilities.map(({ localCode, noun }) => [localCode, known.get(localCode) ?? makeId(code, noun, random)]));
  const rows = await insertRecords(
    tx,
    'facility',
    { ...columns, id: 'text', local_code: 'text', noun: 'text', created_at: 'timestamptz', changed_at: 'timestamptz', revision: 'bigint' },
    facilities.map((facility) => ({ ...rowOf(facility, ids), created_at: now, changed_at: now, revision: 1 })),
    {
      onConflict: `(local_code) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}, changed_at = excluded.changed_at,
        revision = facility.revision + 1 where (${names.map((name) => `facility.${name}`).join(', ')}) is distinct from
        (${names.map((name) => `excluded.${name}`).join(', ')})`,
      returning: 'id, noun, revision::int as revision',
    },
  );
  return rows.map((row) => {
    const { id, noun, revision } = row as { id: string; noun: Noun; revision: number };
    return { subject: id, noun, revision };
  });
}

async function seedProfile(tx: SqlTx, definition: PartyDefinition, now: Date): Promise<Change[]> {
  const { code, profileController, contacts, controllers } = definition;
  const { name, timeZone } = partyOf(code);
  const rows = await tx.query<{ id: string; revision: number }>(
    `insert into party_profile (id, controller_code, content_sha256, created_at, changed_at) values ($1, $2, $3, $4::timestamptz, $4::timestamptz)
     on conflict (id) do update set controller_code = excluded.controller_code, content_sha256 = excluded.content_sha256,
        changed_at = excluded.changed_at, revision = party_profile.revision + 1
      where party_profile.content_sha256 is distinct from excluded.content_sha256
     returning id, revision::int as revision`,
    partyProfileId(code),
    profileController,
    contentSha256({ name, timeZone, contacts, controllers, profileController }),
    now,
  );
  return rows.map(({ id, revision }) => ({ subject: id, noun: 'party-profile', revision }));
}

const columns = {
  controller_code: 'text',
  name_zh: 'text',
  name_en: 'text',
  facility_type_code: 'text',
  time_zone: 'text',
  un_location_code: 'text',
  un_location_code_aliases: 'text[]',
  facility_code: 'text',
  facility_code_list_provider: 'text',
  port_category: 'text',
  port_id: 'text',
  berths: 'jsonb',
  counterpart: 'jsonb',
  opening_rules: 'jsonb',
  yard_density_percent: 'numeric',
  queue_length: 'int',
} as const;
const names = Object.keys(columns);

function rowOf(facility: FacilityDefinition, ids: ReadonlyMap<string, string>): object {
  const portId = facility.port === undefined ? null : ids.get(facility.port);
  invariant(portId !== undefined, `${facility.localCode} belongs to a place of the same definition`);
  return {
    id: ids.get(facility.localCode),
    local_code: facility.localCode,
    noun: facility.noun,
    controller_code: facility.controllerCode,
    name_zh: facility.name.zh ?? null,
    name_en: facility.name.en ?? null,
    facility_type_code: facility.facilityTypeCode,
    time_zone: facility.timeZone,
    un_location_code: facility.UNLocationCode ?? null,
    un_location_code_aliases: facility.UNLocationCodeAliases ?? [],
    facility_code: facility.facilityCode ?? null,
    facility_code_list_provider: facility.facilityCodeListProvider ?? null,
    port_category: facility.portCategory ?? null,
    port_id: portId,
    berths: facility.berths ?? [],
    counterpart: facility.counterpart ?? null,
    opening_rules: facility.openingRules,
    yard_density_percent: facility.yardDensityPercent ?? null,
    queue_length: facility.queueLength ?? null,
  };
}
