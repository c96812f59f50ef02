import { type CodeFinding, tidyCode } from './finding.ts';

/** A size type as DCSA's `ISOEquipmentCode` bears it, and what is wrong with it. */
export type ReadISOEquipmentCode = { readonly ISOEquipmentCode: string; readonly findings: readonly CodeFinding[] };

// Length, height and width, type group and its detail: 22G1, 45R1, L5R8, 22GP.
const form = /^[1-4A-HK-NP-R][024-689C-FL-NP][A-Z][A-Z0-9]$/;

// Sizes and types of the edition before 1995, four digits, where one of today stands for them.
const sizes: { readonly [digits: string]: string } = { 20: '22', 22: '22', 42: '42', 43: '42', 44: '45', 45: '45', 95: 'L5' };
const types: { readonly [digits: string]: string } = {
  '00': 'G0',
  10: 'G1',
  31: 'R0',
  32: 'R1',
  50: 'U0',
  51: 'U1',
  60: 'P0',
  61: 'P1',
  63: 'P3',
  70: 'T0',
};

// What trade and Chinese platform files write: length and a word. It says no more than the type group, so a group code is what it becomes.
const lengths: { readonly [feet: string]: string } = { 20: '22', 40: '42', 45: 'L5' };
const words: { readonly [word: string]: string } = { GP: 'GP', DC: 'GP', DV: 'GP', ST: 'GP', RF: 'RT', OT: 'UT', FR: 'PF', TK: 'TN' };
const highWords: { readonly [word: string]: string } = { HC: 'GP', HQ: 'GP', RH: 'RT', HR: 'RT', RQ: 'RT' };
const highLengths: { readonly [feet: string]: string } = { 40: '45', 45: 'L5' };

/**
 * Reads a size type. A code of ISO 6346 stays; the old four digits (4532) and the words of trade (40HC) become a code of today. Anything else is
 * kept as sent, in upper case without spaces, with CODE_UNKNOWN (warning). The form is checked, not the register behind it.
 *
 * Source: ISO 6346, size and type codes.
 */
export function readISOEquipmentCode(text: string): ReadISOEquipmentCode {
  const tidy = tidyCode(text);
  const [first, second] = [tidy.slice(0, 2), tidy.slice(2)];
  const known =
    joined(sizes[first], types[second]) ?? joined(lengths[first], words[second]) ?? joined(highLengths[first], highWords[second]);
  if (known !== undefined && tidy.length === 4) return { ISOEquipmentCode: known, findings: [] };
  if (form.test(tidy)) return { ISOEquipmentCode: tidy, findings: [] };
  return {
    ISOEquipmentCode: tidy,
    findings: [{ code: 'CODE_UNKNOWN', severity: 'warning', value: text, detail: 'a size type of ISO 6346' }],
  };
}

function joined(size: string | undefined, type: string | undefined): string | undefined {
  return size === undefined || type === undefined ? undefined : size + type;
}
