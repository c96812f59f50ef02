import type { FacilityReference, Sourced } from '../facts.ts';
import { entryOf, type PartnerProfile } from '../profile.ts';
import type { Reading, Scopes } from './reading.ts';

/** LOC 3227: place of the report. */
const placeOfReport: readonly string[] = ['165'];

/** 1131 of ISO 3166: what stands there is the country of the place, no terminal. */
const countries = '162';

/**
 * The place of what is told, by the first of `qualifiers` that is there: the place in C517, the terminal in C519. The partner's own codes go by its
 * profile; what neither the profile nor a public list knows is LOCATION_UNKNOWN, a warning, and lost.
 */
export function facility(
  reading: Reading,
  scopes: Scopes,
  profile: PartnerProfile,
  qualifiers: readonly string[] = placeOfReport,
): Sourced<FacilityReference> | undefined {
  const place = qualifiers.map((qualifier) => reading.first(scopes, 'LOC', qualifier)).find((found) => found !== undefined);
  if (place === undefined) return undefined;
  const code = reading.identification(place, 1).toUpperCase();
  const terminal = place.elements[2]?.[1] === countries ? '' : reading.identification(place, 2).toUpperCase();
  const own = entryOf(profile.facilities, terminal === '' ? code : terminal);
  const UNLocationCode = entryOf(profile.places, code) ?? unLocationCodeOf(code, reading.text(place, 1, 2));
  const isPlaced = UNLocationCode !== undefined || (terminal === '' && own !== undefined);
  if (!isPlaced) reading.unknown('LOCATION_UNKNOWN', place, 1, 0, code, 'place');
  const provider = terminal === '' ? null : providerOf(reading.text(place, 2, 1), reading.text(place, 2, 2));
  if (terminal !== '' && own === undefined && provider === null) reading.unknown('LOCATION_UNKNOWN', place, 2, 0, terminal, 'terminal');
  const listed = terminal !== '' && provider !== null ? terminal : null;
  const facilityCode = own ?? listed;
  if (facilityCode === null && UNLocationCode === undefined) return undefined;
  const facilityCodeListProvider = own === undefined && listed !== null ? provider : null;
  return { value: { facilityCode, facilityCodeListProvider, UNLocationCode: UNLocationCode ?? null }, segment: place.index };
}

/** A place code is a UN/LOCODE where it has the form and no other agency's list is named (3055: 6 = UN/ECE). */
function unLocationCodeOf(code: string, agency: string): string | undefined {
  return /^[A-Z]{2}[A-Z2-9]{3}$/.test(code) && (agency === '' || agency === '6') ? code : undefined;
}

/** Whose list a terminal code is of: SMDG's guides write `TER`, later directories name SMDG by 3055 = 306; 20 = BIC. */
function providerOf(list: string, agency: string): 'SMDG' | 'BIC' | null {
  if (list === 'TER' || agency === '306') return 'SMDG';
  return agency === '20' ? 'BIC' : null;
}
