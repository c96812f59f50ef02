import type { PlaceReference } from '../definition.ts';
import { localized } from './localized.ts';

/** `Location` of the SDL; null where nothing is stored. `facilityId`: the registered facility, where another column than the stored place names it. */
export function location(place: PlaceReference | null, facilityId?: string | null): object | null {
  if (place === null && (facilityId === null || facilityId === undefined)) return null;
  return {
    locationName: localized(place?.locationName),
    facilityId: place?.facilityId ?? facilityId ?? null,
    UNLocationCode: place?.UNLocationCode ?? null,
    facilityCode: place?.facilityCode ?? null,
    facilityCodeListProvider: place?.facilityCodeListProvider ?? null,
  };
}
