import type { SqlTx } from '@corridor/exchange';
import type { KnownFacility } from './place.ts';

/** The owner's own places, as ingest needs them. */
export async function knownFacilities(tx: SqlTx): Promise<KnownFacility[]> {
  const rows = await tx.query<FacilityRow>(
    `select id, local_code, noun, name_zh, name_en, facility_type_code, un_location_code, facility_code, facility_code_list_provider
       from facility order by local_code`,
  );
  return rows.map((row) => ({
    id: row.id,
    localCode: row.local_code,
    noun: row.noun,
    name: { ...(row.name_zh === null ? {} : { zh: row.name_zh }), ...(row.name_en === null ? {} : { en: row.name_en }) },
    facilityTypeCode: row.facility_type_code,
    UNLocationCode: row.un_location_code,
    facilityCode: row.facility_code,
    facilityCodeListProvider: row.facility_code_list_provider,
  }));
}

type FacilityRow = {
  readonly id: string;
  readonly local_code: string;
  readonly noun: string;
  readonly name_zh: string | null;
  readonly name_en: string | null;
  readonly facility_type_code: string;
  readonly un_location_code: string | null;
  readonly facility_code: string | null;
  readonly facility_code_list_provider: 'SMDG' | 'BIC' | null;
};
