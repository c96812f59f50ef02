import { type CodeFinding, tidyCode } from './finding.ts';

/** A container number as keys use it, and what is wrong with it. */
export type ReadEquipmentReference = { readonly equipmentReference: string; readonly findings: readonly CodeFinding[] };

const form = /^[A-Z]{3}[UJZ][0-9]{7}$/;

/**
 * Reads a container number: upper case without spaces, whatever was sent; it never throws and never refuses. Of well-formed numbers in real
 * messages about two in five fail their check digit, so a wrong one is a finding on a kept record.
 *
 * Source: ISO 6346, owner code, category U J Z, serial number, check digit. Findings: EQUIPMENT_REFERENCE_FORM and EQUIPMENT_REFERENCE_CHECK_DIGIT
 * (warnings), EQUIPMENT_REFERENCE_REMAINDER_TEN (info: digit 0 stands for remainder 10, valid but discouraged).
 */
export function readEquipmentReference(text: string): ReadEquipmentReference {
  const equipmentReference = tidyCode(text);
  return { equipmentReference, findings: findingsOf(equipmentReference, text) };
}

function findingsOf(reference: string, value: string): readonly CodeFinding[] {
  if (!form.test(reference)) {
    return [{ code: 'EQUIPMENT_REFERENCE_FORM', severity: 'warning', value, detail: 'three letters, U, J or Z, seven digits' }];
  }
  const remainder = remainderOf(reference);
  if (Number(reference.charAt(10)) !== remainder % 10) {
    return [{ code: 'EQUIPMENT_REFERENCE_CHECK_DIGIT', severity: 'warning', value, detail: `${remainder % 10} expected` }];
  }
  return remainder === 10 ? [{ code: 'EQUIPMENT_REFERENCE_REMAINDER_TEN', severity: 'info', value }] : [];
}

// Letters count from A = 10 and skip the multiples of 11; the place weighs 2^place.
function remainderOf(reference: string): number {
  let sum = 0;
  for (let place = 0; place < 10; place += 1) {
    const digit = Number.parseInt(reference.charAt(place), 36);
    const value = digit < 10 ? digit : digit + Math.floor((digit - 1) / 10);
    sum += value * 2 ** place;
  }
  return sum % 11;
}
