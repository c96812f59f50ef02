import type { FacilityReference, Sourced } from '../facts.ts';
import { entryOf, type PartnerProfile } from '../profile.ts';
import type { Reading, Scopes } from './reading.ts';

/**
 * LOC+165, place of the report: the place in C517, the terminal in C519. The partner's own codes go by its profile; what neither the profile nor a
 * public list knows is LOCATION_UNKNOWN, a warning, and lost.
 */
export function facility(reading: Reading, scopes: Scopes, profile: PartnerProfile): Sourced<FacilityReference> | undefined {
  const place = reading.first(scopes, 'LOC', '165');
  if (place === undefined) return undefined;
  const code = reading.identification(place, 1).toUpperCase();
  const terminal = reading.identification(place, 2).toUpperCase();
  const own = entryOf(profile.facilities, terminal === '' ? code : terminal);
  const UNLocationCode = entryOf(profile.places, code) ?? unLocationCodeOf(code, reading.text(place, 1, 2));
  const isPlaced = UNLocationCode !== undefined || (terminal === '' && own !== undefined);
  if (!isPlaced) reading.unknown('LOCATION_UNKNOWN', place, 1, 0, code, 'place of the report');
  const provider = providerOf(reading.text(place, 2, 1), reading.text(place, 2, 2));
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
