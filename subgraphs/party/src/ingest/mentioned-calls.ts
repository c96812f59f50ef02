/** The vessel calls that the events of a message speak of: what `noteCalls` is given. Pure. */
import type { PlaceReference } from '../definition.ts';
import type { MentionedCall } from './note-calls.ts';
import type { KnownFacility } from './place.ts';

/** The call of a vessel. */
export type MentionedVesselCall = Extract<MentionedCall, { readonly modeOfTransport: 'VESSEL' | 'BARGE' }>;

/** An equipment event, as far as it may speak of a vessel; `EventContent` is one. Times are ISO 8601 with `Z`. */
export type VesselEvent = {
  readonly equipmentEventTypeCode: string;
  readonly eventAt: string;
  readonly facilityId: string | null;
  readonly eventLocation: PlaceReference | null;
  readonly transport: { readonly [part: string]: string };
};

/**
 * The calls that events speak of, each once. A box is loaded and discharged where the vessel lies; a gate says where it lies only at a port terminal:
 * a depot inland names the vessel too. What comes in by the gate or is loaded leaves by the voyage named, what goes out or is discharged came by it.
 * Without an IMO number, a voyage or a place there is no call.
 */
export function mentionedCalls(events: readonly VesselEvent[], facilities: readonly KnownFacility[]): MentionedVesselCall[] {
  const portTerminals = new Set(facilities.filter(({ facilityTypeCode }) => facilityTypeCode === 'POTE').map(({ id }) => id));
  const calls = new Map<string, MentionedVesselCall>();
  for (const { equipmentEventTypeCode: code, eventAt, facilityId, eventLocation, transport } of events) {
    const [vesselIMONumber, vesselName, voyage] = [transport['vesselIMONumber'], transport['vesselName'], transport['voyage']];
    const direction = directions.get(code);
    const isAtTheVessel = code === 'LOAD' || code === 'DISC' || (facilityId !== null && portTerminals.has(facilityId));
    if (vesselIMONumber === undefined || voyage === undefined || eventLocation === null || direction === undefined || !isAtTheVessel)
      continue;
    const key = JSON.stringify([vesselIMONumber, voyage, direction, facilityId, eventLocation.UNLocationCode]);
    if (calls.has(key)) continue;
    calls.set(key, {
      modeOfTransport: 'VESSEL',
      vesselIMONumber,
      vesselName: vesselName ?? null,
      importVoyage: direction === 'import' ? voyage : null,
      exportVoyage: direction === 'export' ? voyage : null,
      place: eventLocation,
      facilityId,
      at: Date.parse(eventAt),
      times: [],
    });
  }
  return [...calls.values()];
}

const directions: ReadonlyMap<string, 'import' | 'export'> = new Map([
  ['GTIN', 'export'],
  ['LOAD', 'export'],
  ['GTOT', 'import'],
  ['DISC', 'import'],
]);
