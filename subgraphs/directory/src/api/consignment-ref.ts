import { shownReference } from './consignment.ts';
import type { RequestContext } from './context.ts';
import { idOfReference, loggable, type Reference } from './entry.ts';

/** A reference an owner gives: the id of its own consignment record, to which the directory adds the corridor's number. */
export type ConsignmentRefNode = { readonly id: string; readonly reference: string };

/** `ConsignmentRef` by the owner's record id; null where the viewer may not know of that record. */
export async function resolveConsignmentRef(reference: Reference, context: RequestContext): Promise<ConsignmentRefNode | null> {
  const id = idOfReference(reference);
  const consignmentId = await context.loaders.consignment.load(id);
  context.log({
    operation: '_entities:ConsignmentRef',
    asked: { id: loggable(id) },
    recordIds: [],
    consignmentIds: consignmentId === null ? [] : [consignmentId],
  });
  return consignmentId === null ? null : { id, reference: await shownReference({ consignmentId }, null, context) };
}
