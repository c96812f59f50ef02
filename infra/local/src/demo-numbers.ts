/** Numbers of made-up boxes, ships and firms, with the check digits their standards ask for. */

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Container number of the invented owner LSCU (ISO 6346): `serial` of up to six digits, or `undefined` where its remainder is 10, which owners avoid. */
export function containerNumber(serial: number): string | undefined {
  const body = `LSCU${String(serial).padStart(6, '0')}`;
  const sum = [...body].reduce((total, character, place) => {
    const value = Number.parseInt(character, 36);
    // Letters count from A = 10 and skip the multiples of 11.
    return total + (value < 10 ? value : value + Math.floor((value - 1) / 10)) * 2 ** place;
  }, 0);
  return sum % 11 === 10 ? undefined : `${body}${sum % 11}`;
}

/** Ship number of IMO's form: six digits, of which the first four are 3100, which no ship bears, and the check digit. `serial`: 0 to 99. */
export function shipNumber(serial: number): string {
  const body = `3100${String(serial).padStart(2, '0')}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (7 - place), 0);
  return `${body}${sum % 10}`;
}

/** Unified social credit code (GB 32100) of a made-up company: `area` of six digits (GB/T 2260), `serial` of up to six. */
export function creditCode(area: string, serial: number): string {
  const organisation = `MA${String(serial).padStart(6, '0')}`;
  // GB 11714: the ninth character of the organisation code.
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const left =
    11 - ([...organisation].reduce((sum, character, place) => sum + Number.parseInt(character, 36) * (weights[place] ?? 0), 0) % 11);
  const body = `91${area}${organisation}${left === 10 ? 'X' : left === 11 ? '0' : left}`;
  let weight = 1;
  let sum = 0;
  for (const character of body) {
    sum += alphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return `${body}${alphabet.charAt((31 - (sum % 31)) % 31)}`;
}

/** Company number of Singapore's form (UEN) of 2026. `serial`: five digits; above 99,000 lie more than a year gives out. */
export function companyNumber(serial: number): string {
  const body = `2026${String(serial).padStart(5, '0')}`;
  const weights = [10, 8, 6, 4, 9, 7, 5, 3, 1];
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (weights[place] ?? 0), 0);
  return `${body}${'ZKCMDNERGWH'.charAt(sum % 11)}`;
}
