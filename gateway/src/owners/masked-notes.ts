/** What an owner says it withheld, as far as it may say it: of records of its own, at places that were asked, under rules of its own. */
import type { MaskedNote } from '../context.ts';
import type { Asked } from './asked.ts';
import { pathAsked } from './check-answer.ts';
import { field } from './field.ts';
import type { Place } from './owner-errors.ts';

/** Notes read of one answer: a thousand records with fifty fields each. */
const maxNotes = 50_000;
const idForm = /^[a-z]{2,20}:[a-z-]{3,30}:[0-9a-z]{16}$/;
const ruleForm = /^[\w:.-]{1,120}(@\d{1,9})?$/;

/** Reads `extensions.masked` of one answer; a note that may not be said is left out. */
export function maskedNotes(masked: unknown, place: Place, asked: Asked): MaskedNote[] {
  if (!Array.isArray(masked)) return [];
  const { owner } = place;
  return masked.slice(0, maxNotes).flatMap((note: unknown) => {
    const rule = field(note, 'rule');
    if (typeof rule !== 'string' || !(rule === 'DEFAULT' || (rule.startsWith(`${owner}:`) && ruleForm.test(rule)))) return [];
    const { at, entity, whole } = pathAsked(asked, field(note, 'path'));
    if (!whole) return [];
    const named = field(note, 'id');
    // a record below the one asked for (a box in a consignment) names itself
    const id = named === undefined ? (entity === undefined ? undefined : place.ids[entity]) : named;
    if (typeof id !== 'string' || (named !== undefined && !(id.startsWith(`${owner}:`) && idForm.test(id)))) return [];
    return [{ owner, rule, at: [...place.at, ...at], id, coarse: field(note, 'coarse') === true }];
  });
}
