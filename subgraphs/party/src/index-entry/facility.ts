/** Places and the party's own profile: open to everybody. */
import type { SqlTx } from '@corridor/exchange';
import type { Noun } from '@corridor/schemas';
import { entryOf, openTo, type Row, type Told } from './told.ts';

/** Ports, terminals and crossings, found by their codes. */
export async function facilities(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    Row & {
      readonly noun: Noun;
      readonly facility_type_code: string;
      readonly un_location_code: string | null;
      readonly un_location_code_aliases: string[];
    }
  >(
    `select id, noun, revision, created_at, changed_at, facility_type_code, un_location_code, un_location_code_aliases
       from facility where id = any($1::text[])`,
    ids,
  );
  return rows.map((row) => {
    const codes = [...(row.un_location_code === null ? [] : [row.un_location_code]), ...row.un_location_code_aliases];
    const attributes = { facilityTypeCode: row.facility_type_code, ...(codes.length === 0 ? {} : { UNLocationCodes: codes }) };
    return {
      entry: entryOf(row, row.noun, { attributes }),
      recordClass: 'FACILITY',
      conditions: openTo(row.created_at),
      references: [],
      links: [],
    };
  });
}

/** The profile of the party. */
export async function profiles(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<Row>('select id, revision, created_at, changed_at from party_profile where id = any($1::text[])', ids);
  return rows.map((row) => ({
    entry: entryOf(row, 'party-profile'),
    recordClass: 'PARTY',
    conditions: openTo(row.created_at),
    references: [],
    links: [],
  }));
}
