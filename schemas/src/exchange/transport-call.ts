/**
 * `transport-call.v1`: what a registered source tells an owner about one call of a vessel, barge, train or truck: which, where, and when it is planned,
 * estimated and known to arrive and depart. JSON, strict: a field that is not named here is refused.
 *
 * Each message tells the whole call; `revision` says which of two is newer. Words as in DCSA's interfaces (operational vessel schedules, event domain).
 */
import { z } from 'zod';
import { instant, localizedText, place, reference, text } from './message-fields.ts';

const time = z.strictObject({
  transportEventTypeCode: z.enum(['ARRI', 'DEPA']).describe('DCSA: ARRI arrival, DEPA departure'),
  eventClassifierCode: z
    .enum(['PLN', 'EST', 'REQ', 'ACT'])
    .describe('DCSA: planned, estimated, requested, actual; none takes the place of another'),
  eventDateTime: instant,
  delayReasonCode: z.exactOptional(text(3).describe('SMDG delay reason code')),
});

const isWater = (mode: string): boolean => mode === 'VESSEL' || mode === 'BARGE';

/** The message, as it is checked at the door. */
export const transportCallMessage = z
  .strictObject({
    recordReference: reference(70).describe("The sender's own id of the call: the same in every revision"),
    revision: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .describe('Higher = newer. Lower than the one stored: no effect. Equal with other content: refused'),
    cancelled: z.boolean().describe('true: the call does not take place; a higher revision may take it up again'),
    controllerCode: text(60).describe("Who answers for the record inside the owner's party: port-operator, railway, SG.port-operator …"),
    modeOfTransport: z.enum(['VESSEL', 'BARGE', 'RAIL', 'TRUCK']),
    place: place.describe('Where it calls'),
    transportCallReference: z.exactOptional(reference(100)),
    transportCallSequenceNumber: z.exactOptional(z.int().min(1).max(999).describe('Which call of the voyage at the same place, from 1')),
    vesselIMONumber: z.exactOptional(text(12).describe('IMO number; a wrong check digit is a finding, not a refusal')),
    vesselName: z.exactOptional(text(50)),
    carrierImportVoyageNumber: z.exactOptional(reference(50)),
    carrierExportVoyageNumber: z.exactOptional(reference(50)),
    universalVoyageReference: z.exactOptional(reference(35)),
    berthCode: z.exactOptional(reference(20)),
    trainNumber: z.exactOptional(reference(35)),
    railServiceName: z.exactOptional(localizedText),
    vehicleRegistrationNumber: z.exactOptional(reference(20)),
    rotation: z
      .array(text(17))
      .max(60)
      .exactOptional()
      .describe('UN/LOCODEs of the other places of the voyage, in any order: the members there may see the call'),
    times: z
      .array(time)
      .max(8)
      .refine((times) => new Set(times.map((each) => `${each.transportEventTypeCode} ${each.eventClassifierCode}`)).size === times.length, {
        error: 'each kind of time once',
      }),
  })
  .refine(
    ({ modeOfTransport, vesselIMONumber, vesselName }) => !isWater(modeOfTransport) || (vesselIMONumber ?? vesselName) !== undefined,
    {
      error: 'a vesselIMONumber or a vesselName',
      path: ['vesselIMONumber'],
    },
  )
  .refine(({ modeOfTransport, trainNumber }) => modeOfTransport !== 'RAIL' || trainNumber !== undefined, {
    error: 'a trainNumber',
    path: ['trainNumber'],
  })
  .refine(({ modeOfTransport, vehicleRegistrationNumber }) => modeOfTransport !== 'TRUCK' || vehicleRegistrationNumber !== undefined, {
    error: 'a vehicleRegistrationNumber',
    path: ['vehicleRegistrationNumber'],
  })
  .meta({ title: 'transport-call.v1', description: 'One call of a vessel, barge, train or truck, whole, as a registered source tells it' });

/** A message of the form `transport-call.v1`. */
export type TransportCallMessage = z.infer<typeof transportCallMessage>;

/** JSON Schema (2020-12) of the message, as committed in `schemas/exchange/transport-call.v1.schema.json`. It cannot say the rules over several fields. */
export function transportCallJsonSchema(): object {
  return z.toJSONSchema(transportCallMessage, { target: 'draft-2020-12' });
}
