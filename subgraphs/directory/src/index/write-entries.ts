import type { SqlTx } from '@corridor/exchange';
import type { Change } from './change.ts';

/**
 * Writes entries, audience sets, keys and links. A lower revision than the stored one has no effect; an equal one has, since an owner tells anew
 * when only the audience has changed.
 * @param changes one per record
 * @returns the ids of the records that were written
 */
export async function writeEntries(tx: SqlTx, changes: readonly Change[]): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set();
  await writeAudienceSets(tx, changes);
  const rows = changes.map(({ entry, party, audience, derivedId }) => ({
    id: entry.id,
    party,
    noun: entry.noun,
    revision: entry.revision,
    withdrawn: entry.withdrawn,
    audience: audience.digest,
    created_at: entry.createdDateTime,
    changed_at: entry.changedDateTime,
    sort_at: entry.sortDateTime,
    facility_type_code: entry.attributes.facilityTypeCode ?? null,
    un_location_codes: entry.attributes.UNLocationCodes ?? [],
    event_classifier_code: entry.attributes.eventClassifierCode ?? null,
    corroborates: entry.attributes.corroborates ?? null,
    derived_id: derivedId,
  }));
  const written = await tx.query<{ id: string }>(
    `insert into entry as e (id, party, noun, revision, withdrawn, audience_set_id, created_at, changed_at, sort_at, facility_type_code, un_location_codes,
                             event_classifier_code, corroborates, derived_id)
     select r.id, r.party, r.noun, r.revision, r.withdrawn, s.id, r.created_at, r.changed_at, r.sort_at, r.facility_type_code,
            array(select jsonb_array_elements_text(r.un_location_codes)), r.event_classifier_code, r.corroborates, r.derived_id
       from jsonb_to_recordset($1::jsonb) as r(id text, party text, noun text, revision bigint, withdrawn boolean, audience text, created_at timestamptz,
              changed_at timestamptz, sort_at timestamptz, facility_type_code text, un_location_codes jsonb, event_classifier_code text, corroborates text,
              derived_id text)
       join audience_set s on s.digest = decode(r.audience, 'hex')
     on conflict (id) do update
        set revision = excluded.revision, withdrawn = excluded.withdrawn, audience_set_id = excluded.audience_set_id, created_at = excluded.created_at,
            changed_at = excluded.changed_at, sort_at = excluded.sort_at, facility_type_code = excluded.facility_type_code,
            un_location_codes = excluded.un_location_codes, event_classifier_code = excluded.event_classifier_code,
            corroborates = excluded.corroborates, index_position = excluded.index_position
      where e.revision <= excluded.revision
     returning e.id`,
    JSON.stringify(rows),
  );
  const ids = new Set(written.map(({ id }) => id));
  const effective = changes.filter(({ entry }) => ids.has(entry.id));
  await replaceKeys(tx, effective);
  await replaceLinks(tx, effective);
  return ids;
}

async function writeAudienceSets(tx: SqlTx, changes: readonly Change[]): Promise<void> {
  const sets = new Map(changes.map(({ audience }) => [audience.digest, audience]));
  const added = await tx.query<{ digest: string }>(
    `insert into audience_set (digest) select decode(d.digest, 'hex') from jsonb_array_elements_text($1::jsonb) as d(digest)
     on conflict do nothing returning encode(digest, 'hex') as digest`,
    JSON.stringify([...sets.keys()]),
  );
  const members = added.flatMap(({ digest }) => (sets.get(digest)?.tokens ?? []).map((token) => ({ digest, token })));
  if (members.length === 0) return;
  await tx.execute(
    `insert into audience_member (token, set_id)
     select decode(r.token, 'hex'), s.id
       from jsonb_to_recordset($1::jsonb) as r(digest text, token text) join audience_set s on s.digest = decode(r.digest, 'hex')`,
    JSON.stringify(members),
  );
}

async function replaceKeys(tx: SqlTx, changes: readonly Change[]): Promise<void> {
  await tx.execute('delete from entry_key where entry_id in (select jsonb_array_elements_text($1::jsonb))', idsOf(changes));
  const rows = changes.flatMap(({ entry, keys }) => keys.map(({ kind, index, joins }) => ({ entry_id: entry.id, kind, index, joins })));
  if (rows.length === 0) return;
  // One key named twice joins if one of the two says so.
  await tx.execute(
    `insert into entry_key (entry_id, kind, index, joins, audience_set_id)
     select r.entry_id, r.kind, decode(r.index, 'hex'), bool_or(r.joins), e.audience_set_id
       from jsonb_to_recordset($1::jsonb) as r(entry_id text, kind text, index text, joins boolean) join entry e on e.id = r.entry_id
      group by r.entry_id, r.kind, r.index, e.audience_set_id`,
    JSON.stringify(rows),
  );
}

async function replaceLinks(tx: SqlTx, changes: readonly Change[]): Promise<void> {
  await tx.execute('delete from entry_link where entry_id in (select jsonb_array_elements_text($1::jsonb))', idsOf(changes));
  const rows = changes.flatMap(({ entry, links }) =>
    links.map(({ recordId, keyKind }) => ({ entry_id: entry.id, record_id: recordId, key_kind: keyKind })),
  );
  if (rows.length === 0) return;
  await tx.execute(
    `insert into entry_link (entry_id, record_id, key_kind)
     select r.entry_id, r.record_id, min(r.key_kind)
       from jsonb_to_recordset($1::jsonb) as r(entry_id text, record_id text, key_kind text)
      group by r.entry_id, r.record_id`,
    JSON.stringify(rows),
  );
}

function idsOf(changes: readonly Change[]): string {
  return JSON.stringify(changes.map(({ entry }) => entry.id));
}
