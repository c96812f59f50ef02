import type { RequestContext } from './context.ts';
import { type Entry, facilityNouns, loadEntry, loggable } from './entry.ts';

/** `Query.facility`: one place; unknown, hidden, malformed and an id of something else are the same null. */
export async function facility(_: unknown, { id }: { readonly id: string }, context: RequestContext): Promise<Entry | null> {
  const entry = await loadEntry(context, id, facilityNouns);
  context.log({ operation: 'facility', asked: { id: loggable(id) }, recordIds: entry === null ? [] : [entry.id] });
  return entry;
}
