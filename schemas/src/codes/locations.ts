import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { PartyCode, RegistryCode } from '../parties.ts';
import { type CodeFinding, tidyCode } from './finding.ts';

/**
 * A place of the corridor. The full list of UN/LOCODE is not at hand: what is not in here is reported LOCATION_UNKNOWN and kept as sent.
 */
export type Location = {
  /** UN/LOCODE (Rec 16), five characters. */
  readonly UNLocationCode: string;
  readonly name: { readonly zh?: string | undefined; readonly en: string };
  /** Owner id of the party that governs the place; null = none of the corridor's. */
  readonly party: PartyCode | null;
  /** Registry code of that party, for `asean` the member's. */
  readonly registryCode: RegistryCode | null;
  /** IANA zone. */
  readonly timeZone: string;
  /** Codes in use for the same place: taken, and led to `UNLocationCode`. */
  readonly aliases: readonly string[];
  /** Codes the place once had: recognised and reported, never stored. */
  readonly withdrawn: readonly string[];
  /** Codes often written for the place by mistake, and what each really is. */
  readonly commonErrors: readonly { readonly code: string; readonly why: string }[];
  /** VERIFIED: read in a published list; EXISTENCE_ONLY: in use, functions unchecked; UNVERIFIED: check before use. */
  readonly verified: 'VERIFIED' | 'EXISTENCE_ONLY' | 'UNVERIFIED';
  /** Which list and edition the row was read in. */
  readonly origin: string;
};

const file = z.array(
  z.strictObject({
    UNLocationCode: z.string().regex(/^[A-Z]{2}[A-Z2-9]{3}$/),
    name: z.strictObject({ zh: z.string().optional(), en: z.string() }),
    party: z.string().nullable(),
    registryCode: z.string().nullable(),
    timeZone: z.string(),
    aliases: z.array(z.string()),
    withdrawn: z.array(z.string()),
    commonErrors: z.array(z.strictObject({ code: z.string(), why: z.string() })),
    verified: z.enum(['VERIFIED', 'EXISTENCE_ONLY', 'UNVERIFIED']),
    origin: z.string(),
  }),
);

/** The places of the corridor, sea ports first; `schemas/codes/locations.json`. */
export const locations: readonly Location[] = file.parse(
  JSON.parse(readFileSync(new URL('../../codes/locations.json', import.meta.url), 'utf8')),
);

const byCode = new Map(
  locations.flatMap((location) => [location.UNLocationCode, ...location.aliases].map((code) => [code, location] as const)),
);
const mistakes = new Map(
  locations.flatMap(({ UNLocationCode, withdrawn, commonErrors }) => [
    ...withdrawn.map((code) => [code, `withdrawn; ${UNLocationCode} may be meant`] as const),
    ...commonErrors.map(({ code, why }) => [code, `${why}; ${UNLocationCode} may be meant`] as const),
  ]),
);

/** The place a code leads to, or why it leads to none. */
export type ReadLocation = { readonly location?: Location; readonly finding?: CodeFinding };

/**
 * Looks up a UN/LOCODE, in any case and spacing. An alias leads to its place without a finding. A withdrawn code and a known mistake lead nowhere
 * (LOCATION_WITHDRAWN, warning): CNLZH is Liuzhou and often meant as Lanzhou, and a guess would give the wrong party a right. Any other code is
 * LOCATION_UNKNOWN (warning).
 */
export function locationOf(code: string): ReadLocation {
  const tidy = tidyCode(code);
  const location = byCode.get(tidy);
  if (location !== undefined) return { location };
  const mistake = mistakes.get(tidy);
  if (mistake !== undefined) return { finding: { code: 'LOCATION_WITHDRAWN', severity: 'warning', value: code, detail: mistake } };
  return { finding: { code: 'LOCATION_UNKNOWN', severity: 'warning', value: code } };
}
