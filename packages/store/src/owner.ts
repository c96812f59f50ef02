import { CorridorError } from '@corridor/schemas';
import type { Session } from './database.ts';

/**
 * Refuses a database that belongs to another owner; one that nobody claimed yet passes. Reads only, and comes before everything that writes.
 * @throws CorridorError DATABASE_OF_ANOTHER_OWNER
 */
export async function refuseAnotherOwner(session: Session, owner: string): Promise<void> {
  const found = await session.run<{ found: boolean }>("select to_regclass('owner') is not null as found", []);
  if (found.rows[0]?.found !== true) return;
  const { rows } = await session.run<{ code: string }>('select code from owner', []);
  const other = rows.find(({ code }) => code !== owner);
  if (other !== undefined) throw new CorridorError('DATABASE_OF_ANOTHER_OWNER', { detail: `${other.code}, not ${owner}` });
}

/** Whether an owner is written into the database, whose tables are there. */
export async function isClaimed(session: Session): Promise<boolean> {
  return (await session.run('select from owner', [])).count > 0;
}

/**
 * Writes the owner into its database at the first start. A party's feed begins a new epoch then: databases made from one template, or copied from
 * one another, must not share it, else a cursor of the one would pass for a cursor of the other.
 * @throws CorridorError DATABASE_OF_ANOTHER_OWNER when another owner claimed it in the same moment
 */
export async function claimForOwner(session: Session, owner: string, at: Date): Promise<void> {
  const { rows } = await session.run<{ claimed: boolean; feeds: boolean }>(
    "select exists (select from owner) as claimed, to_regclass('outbox_head') is not null as feeds",
    [],
  );
  const insert = 'insert into owner (code, created_at) values ($1, $2) on conflict do nothing returning code';
  if (rows[0]?.claimed === false)
    await session.run(
      rows[0].feeds
        ? `with claimed as (${insert}) update outbox_head set epoch = gen_random_uuid()::text where exists (select from claimed)`
        : insert,
      [owner, at],
    );
  await refuseAnotherOwner(session, owner);
}
