import { type CodeFinding, tidyCode } from './finding.ts';

/** A firm's registration number as keys use it, and what is wrong with it. */
export type ReadRegistrationNumber = { readonly identification: string; readonly findings: readonly CodeFinding[] };

/** GB 32100-2015: the digits and the letters without I, O, S, V, Z. */
const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const usccForm = /^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

// Businesses (ACRA): eight digits and a letter; local companies: year, five digits, letter; all others: T or S or R, year, two letters, four digits, letter.
const uenForm = /^(?:[0-9]{8}[A-Z]|(?:18|19|20)[0-9]{7}[A-Z]|[RST][0-9]{2}[A-Z][A-Z0-9][0-9]{4}[A-Z])$/;

/**
 * Reads the registration number of a firm: upper case without spaces, whatever was sent; it never throws and never refuses. USCC (GB 32100-2015, unified
 * social credit code: 18 signs, the last a check sign modulo 31) and UEN (Singapore; its form alone, as its check letter has no published rule) are judged,
 * numbers of any other scheme are not. Findings: REGISTRATION_NUMBER_FORM, REGISTRATION_NUMBER_CHECK_DIGIT (warnings).
 */
export function readRegistrationNumber(scheme: string, text: string): ReadRegistrationNumber {
  const identification = tidyCode(text);
  if (scheme === 'USCC') return { identification, findings: usccFindings(identification, text) };
  if (scheme === 'UEN' && !uenForm.test(identification)) {
    return {
      identification,
      findings: [{ code: 'REGISTRATION_NUMBER_FORM', severity: 'warning', value: text, detail: 'no form of a UEN' }],
    };
  }
  return { identification, findings: [] };
}

function usccFindings(number: string, value: string): readonly CodeFinding[] {
  if (!usccForm.test(number)) {
    return [
      { code: 'REGISTRATION_NUMBER_FORM', severity: 'warning', value, detail: '18 signs: digits, and letters without I, O, S, V, Z' },
    ];
  }
  let sum = 0;
  let weight = 1;
  for (let place = 0; place < 17; place += 1) {
    sum += signs.indexOf(number.charAt(place)) * weight;
    weight = (weight * 3) % 31;
  }
  const expected = signs.charAt((31 - (sum % 31)) % 31);
  if (number.charAt(17) === expected) return [];
  return [{ code: 'REGISTRATION_NUMBER_CHECK_DIGIT', severity: 'warning', value, detail: `${expected} expected` }];
}
