/** What the JSON messages of the door have in common: texts, places, instants. */
import { z } from 'zod';

// jsonb stores neither NUL nor lone surrogates; other control characters have no place in a name.
/** Text of 1 to `max` characters without control characters. */
export const text = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u);
/** A number or code of somebody else: not blank. */
export const reference = (max: number): z.ZodString => text(max).regex(/\S/u);

/** A name or text in Chinese, English or both. */
export const localizedText = z
  .strictObject({ zh: z.exactOptional(text(256)), en: z.exactOptional(text(256)) })
  .refine(({ zh, en }) => zh !== undefined || en !== undefined, { error: 'at least one of zh and en' })
  .describe('Chinese and English; at least one of the two');

/** A weight. */
export const quantity = z
  .strictObject({ value: z.number().min(0).max(1_000_000_000), unitCode: z.enum(['KGM', 'TNE']) })
  .describe('A weight: UN/ECE Recommendation 20 unit KGM or TNE');

/** An instant. */
export const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 with Z or an offset');

/** A place, by its UN/LOCODE or by a name. */
export const place = z
  .strictObject({
    UNLocationCode: z.exactOptional(text(17).describe('UN/LOCODE (UN/CEFACT Recommendation 16)')),
    facilityCode: z.exactOptional(text(11).describe('Code of a terminal or depot, with its list in facilityCodeListProvider')),
    facilityCodeListProvider: z.exactOptional(z.enum(['SMDG', 'BIC'])),
    locationName: z.exactOptional(localizedText),
  })
  .refine(({ UNLocationCode, locationName }) => UNLocationCode !== undefined || locationName !== undefined, {
    error: 'a UNLocationCode or a locationName',
  })
  .refine(({ facilityCode, facilityCodeListProvider }) => (facilityCode === undefined) === (facilityCodeListProvider === undefined), {
    error: 'facilityCode and facilityCodeListProvider go together',
  });
