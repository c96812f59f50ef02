import {
  isPartyCode,
  type PartyCode,
  partyDocument,
  partyOf,
  type ReferenceKind,
  readEquipmentReference,
  readVesselIMONumber,
  tidyCode,
} from '@corridor/schemas';
import { ArgumentRefused, readPageSize } from '@corridor/subgraph';
import { Kind } from 'graphql';

/** What a list is asked for with. */
export type PageArguments = { readonly first?: number | null; readonly after?: string | null };

/** A business reference as a client names it. */
export type ConsignmentKeyInput = { readonly referenceType: string; readonly reference: string; readonly carrierCode?: string | null };

/** The length of a page: 1 to 100, 50 when nothing is said. @throws BAD_USER_INPUT */
export function readFirst(first: number | null | undefined): number {
  return readPageSize(first, 50);
}

/** Refuses a list of things to look up unless it holds 1 to 100. @throws BAD_USER_INPUT */
export function assertCount(values: readonly unknown[], argument: string): void {
  if (values.length < 1 || values.length > 100) throw new ArgumentRefused(argument, '1 to 100 values');
}

/** Owner ids; `null` when nothing is said. @throws BAD_USER_INPUT */
export function readPartyCodes(values: readonly string[] | null | undefined, argument: string): readonly PartyCode[] | null {
  return readList(values, argument, (value) => (isPartyCode(value) ? value : undefined), 'a party of the corridor');
}

/** DCSA facility type codes; `null` when nothing is said. @throws BAD_USER_INPUT */
export function readFacilityTypeCodes(values: readonly string[] | null | undefined, argument: string): readonly string[] | null {
  return readList(values, argument, (value) => (facilityTypeCodes.has(value) ? value : undefined), 'a facility type code');
}

/** UN/LOCODEs; `null` when nothing is said. @throws BAD_USER_INPUT */
export function readLocationCodes(values: readonly string[] | null | undefined, argument: string): readonly string[] | null {
  return readList(values, argument, (value) => /^[A-Z]{2}[A-Z2-9]{3}$/.exec(tidyCode(value))?.[0], 'a UN/LOCODE');
}

/** A container number as the index knows it. Its form is not checked: a number nobody has is simply unknown. @throws BAD_USER_INPUT when it is empty or long */
export function readBox(text: string, argument: string): string {
  const { equipmentReference } = readEquipmentReference(text);
  if (!/^[^\p{Cc}\p{Cs}]{1,20}$/u.test(equipmentReference)) throw new ArgumentRefused(argument, 'a container number');
  return equipmentReference;
}

/** A ship's IMO number as the index knows it. The check digit is not judged: a number nobody has is simply unknown. @throws BAD_USER_INPUT */
export function readVessel(text: string, argument: string): string {
  const { vesselIMONumber } = readVesselIMONumber(text);
  if (!/^[0-9]{7}$/.test(vesselIMONumber)) throw new ArgumentRefused(argument, 'an IMO number, seven digits');
  return vesselIMONumber;
}

/** A voyage number as the index knows it. @throws BAD_USER_INPUT when it is empty or long */
export function readVoyage(text: string, argument: string): string {
  return readCode(text, argument, 'a voyage number');
}

/** A train number as the index knows it. @throws BAD_USER_INPUT when it is empty or long */
export function readTrainNumber(text: string, argument: string): string {
  return readCode(text, argument, 'a train number');
}

function readCode(text: string, argument: string, expected: string): string {
  const code = tidyCode(text);
  if (!/^[^\p{Cc}\p{Cs}]{1,50}$/u.test(code)) throw new ArgumentRefused(argument, expected);
  return code;
}

/** A business reference as the index knows it: kind and normalised value. @throws BAD_USER_INPUT */
export function readKey(key: ConsignmentKeyInput, argument: string): { readonly kind: ReferenceKind; readonly value: string } {
  const kind = kinds.find((known) => known === key.referenceType);
  if (kind === undefined) throw new ArgumentRefused(`${argument}.referenceType`, `one of ${kinds.join(', ')}`);
  const reference = tidyCode(key.reference);
  if (!/^[^\p{Cc}\p{Cs}]{1,70}$/u.test(reference)) throw new ArgumentRefused(`${argument}.reference`, '1 to 70 characters');
  const carrierCode = key.carrierCode ?? null;
  if (kind !== 'TRANSPORT_DOCUMENT' && kind !== 'BOOKING') {
    if (carrierCode !== null) throw new ArgumentRefused(`${argument}.carrierCode`, 'goes with TRANSPORT_DOCUMENT and BOOKING only');
    return { kind, value: reference };
  }
  const carrier = tidyCode(carrierCode ?? '');
  if (!/^[A-Z0-9]{2,9}$/.test(carrier))
    throw new ArgumentRefused(`${argument}.carrierCode`, `the carrier's SMDG or SCAC code is needed with ${kind}`);
  return { kind, value: `${carrier}/${reference}` };
}

const kinds = ['UCR', 'TRANSPORT_DOCUMENT', 'BOOKING', 'RAIL_WAYBILL', 'CUSTOMS_DECLARATION'] as const satisfies readonly ReferenceKind[];

// The code list stands in the schema, once.
const facilityTypeCodes: ReadonlySet<string> = new Set(
  partyDocument(partyOf('guangxi')).definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'FacilityTypeCode'
      ? (node.values ?? []).map(({ name }) => name.value)
      : [],
  ),
);

function readList<T extends string>(
  values: readonly string[] | null | undefined,
  argument: string,
  read: (value: string) => T | undefined,
  expected: string,
): readonly T[] | null {
  if (values === null || values === undefined) return null;
  if (values.length > 100) throw new ArgumentRefused(argument, 'up to 100 values');
  return values.map((value) => {
    const known = read(value);
    if (known === undefined) throw new ArgumentRefused(argument, `each value is ${expected}`);
    return known;
  });
}
