import { type CodeFinding, tidyCode } from './finding.ts';

/** A size type as DCSA's `ISOEquipmentCode` bears it, and what is wrong with it. */
export type ReadISOEquipmentCode = { readonly ISOEquipmentCode: string; readonly findings: readonly CodeFinding[] };

// Length, height and width, type group and its detail: 22G1, 45R1, L5R8, 22GP.
const form = /^[1-4A-HK-NP-R][0-9C-FL-NP][A-Z][A-Z0-9]$/;

// Codes of the edition before 1995, and what trade and Chinese platform files write in words.
const spoken: { readonly [code: string]: string } = {
  '2000': '20G0',
  '2200': '22G0',
  '2210': '22G1',
  '2232': '22R1',
  '2250': '22U0',
  '2251': '22U1',
  '2261': '22P1',
  '2263': '22P3',
  '2270': '22T0',
  '4200': '42G0',
  '4210': '42G1',
  '4300': '42G0',
  '4310': '42G1',
  '4332': '42R1',
  '4350': '42U0',
  '4351': '42U1',
  '4361': '42P1',
  '4363': '42P3',
  '4500': '45G0',
  '4510': '45G1',
  '4532': '45R1',
  '9500': 'L5G0',
  '9510': 'L5G1',
  '9532': 'L5R1',
  '20GP': '22G1',
  '20DC': '22G1',
  '20DV': '22G1',
  '20RF': '22R1',
  '20OT': '22U1',
  '20FR': '22P1',
  '20TK': '22T0',
  '40GP': '42G1',
  '40DC': '42G1',
  '40DV': '42G1',
  '40RF': '42R1',
  '40OT': '42U1',
  '40FR': '42P1',
  '40HC': '45G1',
  '40HQ': '45G1',
  '40RH': '45R1',
  '40RQ': '45R1',
  '45HC': 'L5G1',
  '45HQ': 'L5G1',
};

/**
 * Reads a size type. A code of ISO 6346 stays; the old four digits (4532) and the words of trade (40HC) become the code of today. Anything else is
 * kept as sent, in upper case without spaces, with CODE_UNKNOWN (warning). The form is checked, not the register behind it.
 *
 * Source: ISO 6346, size and type codes.
 */
export function readISOEquipmentCode(text: string): ReadISOEquipmentCode {
  const tidy = tidyCode(text);
  const known = Object.hasOwn(spoken, tidy) ? spoken[tidy] : undefined;
  if (known !== undefined) return { ISOEquipmentCode: known, findings: [] };
  if (form.test(tidy)) return { ISOEquipmentCode: tidy, findings: [] };
  return {
    ISOEquipmentCode: tidy,
    findings: [{ code: 'CODE_UNKNOWN', severity: 'warning', value: text, detail: 'a size type of ISO 6346' }],
  };
}
