// What moves the container and on whose papers: TDT, NAD and RFF, placed alike in the container messages of D.95B and D.00B.
import type { DocumentReference, ModeOfTransport, Sourced, VesselReference } from '../facts.ts';
import type { Segment } from '../segment.ts';
import type { Reading, Scopes } from './reading.ts';

/** TDT, 20 where no other stage is named: the vessel by IMO number (1131 = 146) or call sign (103), its name, voyage and carrier. An id of another list is lost. */
export function vessel(reading: Reading, scopes: Scopes, stage = '20'): VesselReference | undefined {
  const transport = reading.first(scopes, 'TDT', stage);
  if (transport === undefined) return undefined;
  const sourced = (value: string): Sourced<string> | undefined => (value === '' ? undefined : { value, segment: transport.index });
  const id = reading.identification(transport, 7).toUpperCase();
  const list = reading.text(transport, 7, 1);
  const imo = list === '146' || /^IMO\s?\d{7}$/.test(id) ? id.replace(/^IMO\s?/, '') : '';
  const callSign = imo === '' && list === '103' ? id : '';
  if (id !== '' && imo === '' && callSign === '') reading.lose(transport, 7);
  const vesselIMONumber = sourced(imo);
  const vesselCallSign = sourced(callSign);
  const vesselName = sourced(reading.identification(transport, 7, 3));
  const voyage = sourced(reading.identification(transport, 1).toUpperCase());
  const carrier = sourced(reading.identification(transport, 4).toUpperCase());
  const found = {
    ...(vesselIMONumber && { vesselIMONumber }),
    ...(vesselCallSign && { vesselCallSign }),
    ...(vesselName && { vesselName }),
    ...(voyage && { voyage }),
    ...(carrier && { carrier }),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}

/** TDT+1: the truck, where its mode (C220 8067) is road or not said. */
export function vehicleRegistrationNumber(reading: Reading, scopes: Scopes): Sourced<string> | undefined {
  const transport = reading.first(scopes, 'TDT', '1');
  if (transport === undefined || !['', '3'].includes(transport.elements[2]?.[0] ?? '')) return undefined;
  reading.text(transport, 2);
  const id = reading.identification(transport, 7);
  const value = id === '' ? reading.identification(transport, 7, 3) : id;
  return value === '' ? undefined : { value, segment: transport.index };
}

/**
 * NAD+CF: the line that operates the container, in whose count bookings and bills of lading stand. The vessel may be another line's. Messages of a line
 * itself name it by CA; from a terminal that may be the haulier, so `roles` says what counts, best first.
 */
export function containerOperator(reading: Reading, scopes: Scopes, roles: readonly string[] = ['CF']): string | undefined {
  for (const role of roles) {
    const operator = reading.first(scopes, 'NAD', role);
    const code = operator === undefined ? '' : reading.identification(operator, 1).toUpperCase();
    if (code !== '') return code;
  }
  return undefined;
}

/** RFF with a qualifier: BN booking, BM bill of lading. */
export function documentReference(
  reading: Reading,
  scopes: Scopes,
  qualifier: 'BN' | 'BM',
  carrier: string | null,
): Sourced<DocumentReference> | undefined {
  const reference = reading.first(scopes, 'RFF', qualifier);
  const number = reference === undefined ? '' : reading.identification(reference, 0, 1).toUpperCase();
  return reference === undefined || number === '' ? undefined : { value: { carrier, number }, segment: reference.index };
}

/** UN/ECE Recommendation 19, 8067 → mode of transport (DCSA). */
const modes: ReadonlyMap<string, ModeOfTransport> = new Map([
  ['1', 'VESSEL'],
  ['2', 'RAIL'],
  ['3', 'TRUCK'],
  ['8', 'BARGE'],
]);

/** TDT C220 of one segment; another mode is CODE_UNKNOWN, a warning, and lost. */
export function modeOfTransport(reading: Reading, transport: Segment): Sourced<ModeOfTransport> | undefined {
  const code = reading.text(transport, 2);
  const value = modes.get(code);
  if (value !== undefined) return { value, segment: transport.index };
  if (code !== '') reading.unknown('CODE_UNKNOWN', transport, 2, 0, code, 'mode of transport');
  return undefined;
}

/** TDT C222 8213 of a truck: its plate. The name beside it may be the haulier's. */
export function registrationNumber(reading: Reading, transport: Segment): Sourced<string> | undefined {
  const value = reading.identification(transport, 7).toUpperCase();
  return value === '' ? undefined : { value, segment: transport.index };
}

/** TDT 8028: the number of the train, run or journey. */
export function conveyance(reading: Reading, transport: Segment): Sourced<string> | undefined {
  const value = reading.identification(transport, 1).toUpperCase();
  return value === '' ? undefined : { value, segment: transport.index };
}
