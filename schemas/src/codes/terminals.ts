import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { tidyCode } from './finding.ts';

/** A terminal whose code was read in the SMDG terminal code list. A terminal that is not in here has no SMDG code as far as is known. */
export type Terminal = {
  /** SMDG terminal code (UN/EDIFACT 1131 TER, 3055 306). */
  readonly facilityCode: string;
  /** UN/LOCODE of its place, as the list has it. */
  readonly UNLocationCode: string;
  readonly facilityName: string;
  /** First day of the code, ISO 8601. */
  readonly validFrom?: string | undefined;
  /** Which list and edition the row was read in. */
  readonly origin: string;
};

const file = z.array(
  z.strictObject({
    facilityCode: z.string().regex(/^[A-Z0-9]{2,6}$/),
    UNLocationCode: z.string().regex(/^[A-Z]{2}[A-Z2-9]{3}$/),
    facilityName: z.string().min(1),
    validFrom: z.iso.date().optional(),
    origin: z.string().min(1),
  }),
);

/** Terminals of the corridor that the SMDG list has; `schemas/codes/terminals.json`. */
export const terminals: readonly Terminal[] = file.parse(
  JSON.parse(readFileSync(new URL('../../codes/terminals.json', import.meta.url), 'utf8')),
);

const byCode = new Map(terminals.map((terminal) => [terminal.facilityCode, terminal]));

/** The terminal of an SMDG code, in any case and spacing, or undefined. */
export function terminalOf(facilityCode: string): Terminal | undefined {
  return byCode.get(tidyCode(facilityCode));
}
