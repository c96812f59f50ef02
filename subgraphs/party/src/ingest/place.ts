import { type ConsignmentPlace, type LocalizedText, type Location, locationOf, type RegistryCode } from '@corridor/schemas';
import type { PlaceReference } from '../definition.ts';
import { type IngestFinding, located } from './finding.ts';

/** An own facility, as far as places need it. */
export type KnownFacility = {
  readonly id: string;
  readonly localCode: string;
  readonly noun: string;
  readonly name: LocalizedText;
  readonly facilityTypeCode: string;
  readonly UNLocationCode: string | null;
  readonly facilityCode: string | null;
  readonly facilityCodeListProvider: 'SMDG' | 'BIC' | null;
};

/** A place of a message, checked: what is stored, the party that governs it, what was found. */
export type ReadPlace = {
  readonly place: PlaceReference;
  /** `null` where the place is none of the corridor's, or unknown. */
  readonly registryCode: RegistryCode | null;
  readonly UNLocationCode: string | null;
  readonly findings: readonly IngestFinding[];
};

/**
 * Checks a place. An alias becomes the place's code; an unknown code stays as sent, flagged; a withdrawn or mistaken one is flagged and not stored.
 * A terminal of the owner's own gets its facility id.
 */
export function readPlace(place: ConsignmentPlace, path: string, facilities: readonly KnownFacility[]): ReadPlace {
  const { location, finding } = place.UNLocationCode === undefined ? {} : locationOf(place.UNLocationCode);
  const code = location?.UNLocationCode ?? (finding?.code === 'LOCATION_UNKNOWN' ? tidy(place.UNLocationCode) : undefined);
  const facility = facilities.find(
    (known) =>
      known.facilityCode === place.facilityCode &&
      known.facilityCodeListProvider === place.facilityCodeListProvider &&
      known.UNLocationCode === code,
  );
  const name = place.locationName ?? facility?.name ?? nameOf(location);
  return {
    place: {
      ...(name === undefined ? {} : { locationName: name }),
      ...(facility === undefined ? {} : { facilityId: facility.id }),
      ...(code === undefined ? {} : { UNLocationCode: code }),
      ...(place.facilityCode === undefined ? {} : { facilityCode: place.facilityCode }),
      ...(place.facilityCodeListProvider === undefined ? {} : { facilityCodeListProvider: place.facilityCodeListProvider }),
    },
    registryCode: location?.registryCode ?? null,
    UNLocationCode: code ?? null,
    findings: located(finding === undefined ? [] : [finding], { path: `${path}.UNLocationCode` }),
  };
}

/** The name of a place of the corridor. */
export function nameOf(location: Location | undefined): LocalizedText | undefined {
  if (location === undefined) return undefined;
  const { zh, en } = location.name;
  return zh === undefined ? { en } : { zh, en };
}

function tidy(code: string | undefined): string | undefined {
  return code?.replace(/\s+/g, '').toUpperCase();
}
