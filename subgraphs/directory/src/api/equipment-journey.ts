import { readInstant } from '@corridor/subgraph';
import { blind } from '../index/blind.ts';
import { assertCount, type PageArguments, readBox, readFirst } from './arguments.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { RequestContext } from './context.ts';
import type { List } from './cursor.ts';
import type { Span } from './journey-pages.ts';
import type { SortedEntry } from './loaders.ts';

/** A box's journey: the number, and what its parts are read by. */
export type JourneyNode = Span & {
  readonly equipmentReference: string;
  readonly index: string;
};

type SpanArguments = { readonly from?: unknown; readonly to?: unknown };

/** `Query.equipmentJourney`: the number normalised; an unknown and a hidden box are the same empty journey. */
export function equipmentJourney(
  _: unknown,
  args: SpanArguments & { readonly equipmentReference: string },
  context: RequestContext,
): JourneyNode {
  return journeyNode(readBox(args.equipmentReference, 'equipmentReference'), readSpan(args), context);
}

/** `Query.equipmentJourneys`: one journey per number asked, in the order asked, repeats included. */
export function equipmentJourneys(
  _: unknown,
  args: SpanArguments & { readonly equipmentReferences: readonly string[] },
  context: RequestContext,
): JourneyNode[] {
  const { equipmentReferences } = args;
  assertCount(equipmentReferences, 'equipmentReferences');
  const span = readSpan(args);
  return equipmentReferences.map((text, at) => journeyNode(readBox(text, `equipmentReferences.${at}`), span, context));
}

/** `EquipmentJourney.timeline`: milestones of the box within the journey's time, by time; retracted ones stay in. */
export async function journeyTimeline(node: JourneyNode, args: PageArguments, context: RequestContext): Promise<Connection<SortedEntry>> {
  const first = readFirst(args.first);
  const { index, from, to } = node;
  const list: List = ['EquipmentJourney.timeline', { index, from, to }];
  const after = args.after == null ? null : await context.cursors.read(context.viewer, list, args.after);
  const rows = await context.loaders.boxMilestones.load({ subject: index, page: { first, from, to, after } });
  const page = await connectionOf(context, list, first, rows, ({ at, id }) => [at.toISOString(), id]);
  context.log({ operation: 'EquipmentJourney.timeline', asked: { index, from, to }, recordIds: page.nodes.map(({ id }) => id) });
  return page;
}

/** `EquipmentJourney.records`: trips of the box, by the time of their first milestone; with a time asked for, those that have one within it. */
export async function journeyRecords(node: JourneyNode, args: PageArguments, context: RequestContext): Promise<readonly SortedEntry[]> {
  const first = readFirst(args.first);
  const { index, from, to } = node;
  const rows = await context.loaders.boxTrips.load({ subject: index, page: { first, from, to } });
  context.log({ operation: 'EquipmentJourney.records', asked: { index, from, to }, recordIds: rows.map(({ id }) => id) });
  return rows;
}

function journeyNode(equipmentReference: string, span: Span, { indexKey }: RequestContext): JourneyNode {
  return { equipmentReference, index: blind(indexKey, 'EQUIPMENT', equipmentReference), ...span };
}

function readSpan({ from, to }: SpanArguments): Span {
  return { from: readInstant(from, 'from'), to: readInstant(to, 'to') };
}
