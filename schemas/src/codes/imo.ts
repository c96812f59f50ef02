import { type CodeFinding, tidyCode } from './finding.ts';

/** A ship's IMO number as keys use it (seven digits, no prefix), and what is wrong with it. */
export type ReadVesselIMONumber = { readonly vesselIMONumber: string; readonly findings: readonly CodeFinding[] };

/**
 * Reads an IMO number; a prefix `IMO` is taken off. A wrong digit is a finding on a kept record: test numbers occur in real messages.
 *
 * Source: IMO ship identification number scheme: seven digits, the last is the last digit of the sum of the first six weighted 7 to 2.
 * Finding: VESSEL_IMO_NUMBER_CHECK_DIGIT (warning), also where the form is not seven digits.
 */
export function readVesselIMONumber(text: string): ReadVesselIMONumber {
  const vesselIMONumber = tidyCode(text).replace(/^IMO/, '');
  if (!/^[0-9]{7}$/.test(vesselIMONumber)) return { vesselIMONumber, findings: [wrong(text, 'seven digits')] };
  let sum = 0;
  for (let place = 0; place < 6; place += 1) sum += Number(vesselIMONumber.charAt(place)) * (7 - place);
  const expected = sum % 10;
  return { vesselIMONumber, findings: Number(vesselIMONumber.charAt(6)) === expected ? [] : [wrong(text, `${expected} expected`)] };
}

function wrong(value: string, detail: string): CodeFinding {
  return { code: 'VESSEL_IMO_NUMBER_CHECK_DIGIT', severity: 'warning', value, detail };
}
