import { invariant, parseId } from '@corridor/schemas';
import { consignmentReference, isConsignmentId } from '../index/consignment-id.ts';
import { type PageArguments, readFirst } from './arguments.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { RequestContext } from './context.ts';
import type { List } from './cursor.ts';
import { idOfReference, type Reference } from './entry.ts';
import type { SortedEntry } from './loaders.ts';

/** A consignment by the id it has in the index; all it shows is read when asked for. */
export type ConsignmentNode = { readonly consignmentId: string };

/**
 * `Consignment.id`: that of the oldest record the viewer may know of. The index's own derives from the oldest of all, and would change with records the
 * viewer may not know of. Every id of a record in the consignment leads back to it.
 */
export async function shownId({ consignmentId }: ConsignmentNode, _: unknown, { loaders }: RequestContext): Promise<string> {
  const id = await loaders.shownId.load(consignmentId);
  invariant(id !== null, 'a consignment is shown for a record that the viewer may know of');
  return id;
}

/** `Consignment.reference`: of the id that is shown. */
export async function shownReference(node: ConsignmentNode, args: unknown, context: RequestContext): Promise<string> {
  return consignmentReference(await shownId(node, args, context));
}

/** `Query.consignment`: by its id, an earlier one, or the id of a record in it; unknown and hidden are the same null. */
export async function consignment(_: unknown, { id }: { readonly id: string }, context: RequestContext): Promise<ConsignmentNode | null> {
  return resolve('consignment', id, context);
}

/** The consignment behind a reference of another subgraph. */
export async function resolveConsignment(reference: Reference, context: RequestContext): Promise<ConsignmentNode | null> {
  return resolve('_entities:Consignment', idOfReference(reference), context);
}

/** `Consignment.records`: the records the viewer may know of, oldest first. */
export async function records(node: ConsignmentNode, args: PageArguments, context: RequestContext): Promise<Connection<SortedEntry>> {
  return members('records', node, args, context);
}

/** `Consignment.timeline`: the milestones the viewer may know of, by time; retracted ones stay in. */
export async function timeline(node: ConsignmentNode, args: PageArguments, context: RequestContext): Promise<Connection<SortedEntry>> {
  return members('timeline', node, args, context);
}

async function resolve(operation: string, asked: string, context: RequestContext): Promise<ConsignmentNode | null> {
  const id = await context.loaders.consignment.load(asked);
  const loggable = parseId(asked) !== undefined || isConsignmentId(asked) ? asked : null;
  context.log({ operation, asked: { id: loggable }, recordIds: [], consignmentIds: id === null ? [] : [id] });
  return id === null ? null : { consignmentId: id };
}

async function members(
  field: 'records' | 'timeline',
  node: ConsignmentNode,
  args: PageArguments,
  context: RequestContext,
): Promise<Connection<SortedEntry>> {
  const first = readFirst(args.first);
  const id = node.consignmentId;
  const list: List = [`Consignment.${field}`, await shownId(node, null, context)];
  const after = args.after == null ? null : await context.cursors.read(context.viewer, list, args.after);
  const rows = await context.loaders[field].load({ subject: id, page: { first, after } });
  const page = await connectionOf(context, list, first, rows, (row) => [row.at.toISOString(), row.id]);
  context.log({ operation: `Consignment.${field}`, asked: { id }, recordIds: page.nodes.map((entry) => entry.id), consignmentIds: [id] });
  return page;
}
