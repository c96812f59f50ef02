/**
 * An owner's feed that is another run than before: the owner went back to an older backup, or another server took over. What the directory holds of it may
 * never have happened there, and a lower revision may be the newer one.
 *
 * 1. At once: what was seen of the feed is forgotten, and every entry of the owner gets revision 0, so that whatever is told now counts. Entries stay, since
 *    nearly all will be told again; what a reader asks of one that is gone, the owner answers as not found.
 * 2. The feed is read from its start.
 * 3. At its end, in the transaction of the last page: what was not told again is withdrawn. Joining keys stay, so that an id a consignment bore through it
 *    goes on resolving.
 */
import type { SqlTx } from '@corridor/exchange';
import type { Clock, PartyCode } from '@corridor/schemas';
import type { Store } from '@corridor/store';
import type { AudienceSet } from './audience.ts';
import { indexLock } from './lock.ts';

// All entries of an owner are marked in one statement.
const longestMs = 10 * 60_000;

/** Step 1. Twice in a row does the same. */
export async function beginAnew(store: Pick<Store<'directory'>, 'transaction'>, source: PartyCode, clock: Clock): Promise<void> {
  await store.transaction(
    async (tx) => {
      await tx.query('select true as locked from pg_advisory_xact_lock($1::bigint)', indexLock);
      await tx.execute('delete from feed_position where source = $1', source);
      await tx.execute('delete from inbox where source = $1', source);
      await tx.execute('update entry set revision = 0 where party = $1 and revision <> 0', source);
      await tx.execute(
        'insert into feed_begun_anew (source, at) values ($1, $2::timestamptz) on conflict do nothing',
        source,
        new Date(clock()).toISOString(),
      );
    },
    { timeoutMs: longestMs },
  );
}

/** At the end of a feed that was begun anew, the ids of all entries it has not told again; none at any other end. */
export async function untoldBy(tx: SqlTx, source: PartyCode, toldNow: readonly string[]): Promise<string[]> {
  if ((await tx.execute('delete from feed_begun_anew where source = $1', source)) === 0) return [];
  const rows = await tx.query<{ id: string }>(
    'select id from entry where party = $1 and revision = 0 and not withdrawn and not (id = any($2::text[]))',
    source,
    toldNow,
  );
  return rows.map(({ id }) => id);
}

/**
 * Step 3: nobody may know of these entries any more.
 * @param nobody the audience set without members
 * @returns those of them that are consignment records
 */
export async function withdrawUntold(tx: SqlTx, ids: readonly string[], nobody: AudienceSet): Promise<string[]> {
  if (ids.length === 0) return [];
  await tx.execute("insert into audience_set (digest) values (decode($1, 'hex')) on conflict do nothing", nobody.digest);
  const withdrawn = await tx.query<{ id: string; consignment: boolean }>(
    `update entry e set withdrawn = true, corroborates = null, audience_set_id = s.id,
            index_position = nextval(pg_get_serial_sequence('entry', 'index_position'))
       from audience_set s where s.digest = decode($2, 'hex') and e.id = any($1::text[])
     returning e.id, e.derived_id is not null as consignment`,
    ids,
    nobody.digest,
  );
  await tx.execute('delete from entry_link where entry_id = any($1::text[])', ids);
  await tx.execute('delete from entry_key where entry_id = any($1::text[]) and not joins', ids);
  await tx.execute(
    'update entry_key k set audience_set_id = e.audience_set_id from entry e where e.id = k.entry_id and k.entry_id = any($1::text[])',
    ids,
  );
  return withdrawn.filter(({ consignment }) => consignment).map(({ id }) => id);
}
