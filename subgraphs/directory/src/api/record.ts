import type { RequestContext } from './context.ts';
import { loadEntry, loggable, type Stub, stubOf } from './entry.ts';

/** `Query.record`: any record by its id; unknown, hidden and malformed are the same null. */
export async function record(_: unknown, { id }: { readonly id: string }, context: RequestContext): Promise<Stub | null> {
  const stub = stubOf(await loadEntry(context, id, null));
  context.log({ operation: 'record', asked: { id: loggable(id) }, recordIds: stub === null ? [] : [stub.id] });
  return stub;
}
