// What CODECO, COARRI and COPARN say alike of one container: its kind, where it is, on whose papers, and with which vessel.
import type { DocumentReference, FacilityReference, Sourced, VesselReference } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { emptyIndicatorCode, grossWeights, isoEquipmentCode, tareWeights, weightKg } from './equipment.ts';
import { facility } from './facility.ts';
import type { Reading, Scopes } from './reading.ts';
import { containerOperator, documentReference, vessel } from './transport.ts';

/** Parts of a fact; what was not said is left out. */
export type ContainerParts = {
  readonly ISOEquipmentCode?: Sourced<string>;
  readonly emptyIndicatorCode?: Sourced<'EMPTY' | 'LADEN'>;
  readonly facility?: Sourced<FacilityReference>;
  readonly booking?: Sourced<DocumentReference>;
  readonly transportDocument?: Sourced<DocumentReference>;
  readonly vessel?: VesselReference;
};

/** Reads them. Without a usable place: SEGMENT_MISSING, a warning of the container. `places`: LOC 3227, `operators`: NAD 3035, both best first. */
export function containerParts(
  reading: Reading,
  equipment: Segment,
  scopes: Scopes,
  profile: PartnerProfile,
  places: readonly string[] = ['165'],
  operators: readonly string[] = ['CF'],
): ContainerParts {
  const size = isoEquipmentCode(reading, equipment, profile);
  const emptiness = emptyIndicatorCode(reading, equipment);
  const place = facility(reading, scopes, profile, places);
  if (place === undefined) {
    const detail = `no usable place, ${places.map((qualifier) => `LOC+${qualifier}`).join(' or ')}`;
    reading.find('SEGMENT_MISSING', 'warning', equipment, undefined, undefined, { detail });
  }
  const ship = vessel(reading, scopes);
  const carrier = containerOperator(reading, scopes, operators) ?? profile.carrier ?? ship?.carrier?.value ?? null;
  const booking = documentReference(reading, scopes, 'BN', carrier);
  const transportDocument = documentReference(reading, scopes, 'BM', carrier);
  return {
    ...(size && { ISOEquipmentCode: size }),
    ...(emptiness && { emptyIndicatorCode: emptiness }),
    ...(place && { facility: place }),
    ...(booking && { booking }),
    ...(transportDocument && { transportDocument }),
    ...(ship && { vessel: ship }),
  };
}

/** Gross weight and tare of a group, as parts of a fact. */
export function weightParts(
  reading: Reading,
  segments: readonly Segment[],
): { readonly grossWeightKg?: Sourced<number>; readonly tareWeightKg?: Sourced<number> } {
  const grossWeightKg = weightKg(reading, segments, grossWeights);
  const tareWeightKg = weightKg(reading, segments, tareWeights);
  return { ...(grossWeightKg && { grossWeightKg }), ...(tareWeightKg && { tareWeightKg }) };
}
