/**
 * Which events of a document hold, once its messages are in the order in which the sender made them, whatever the order of their arrival.
 *
 * Messages of one document (same sender, type and document number) form chains: an ORIGINAL and what corrects it. REPLACE retracts all of the chain's
 * events, CHANGE those of the boxes or calls it names, CANCEL all. A sender whose numbers repeat begins a new chain with its next ORIGINAL. A chain that has none
 * yet waits for one: a REPLACE or CANCEL that comes first is remembered, and its original is retracted when it comes.
 */
import type { EventClassifierCode } from './equipment-event.ts';
import { partsOfSourceKey, sortablePreparation } from './source-key.ts';

/** Message function, UN/EDIFACT data element 1225 as the mapper reads it. */
export type MessageFunction = 'ORIGINAL' | 'REPLACE' | 'CHANGE' | 'CANCEL';

/** A message of a document. */
export type DocumentMessage = { readonly sourceKey: string; readonly messageFunction: MessageFunction };

/** An event that a message of the document reported: of a container, or of a vehicle at a place. */
export type DocumentEvent = {
  readonly id: string;
  readonly sourceKey: string;
  readonly line: number;
  readonly eventClassifierCode: EventClassifierCode | 'REQ';
} & (
  | { readonly equipmentReference: string; readonly equipmentEventTypeCode: string }
  | { readonly callId: string; readonly transportEventTypeCode: string }
);

/** What becomes of an event. */
export type Verdict = { readonly retracted: boolean; readonly retractedEventID: string | null };

/** For each event of a document: whether it is retracted, and which earlier event it stands for. */
export function verdictsOf(messages: readonly DocumentMessage[], events: readonly DocumentEvent[]): ReadonlyMap<string, Verdict> {
  const byMessage = new Map<string, DocumentEvent[]>();
  for (const event of [...events].sort((a, b) => a.line - b.line)) {
    const brought = byMessage.get(event.sourceKey);
    if (brought === undefined) byMessage.set(event.sourceKey, [event]);
    else brought.push(event);
  }
  const verdicts = new Map<string, Verdict>();
  for (const chain of chainsOf(messages)) judge(chain, byMessage, verdicts);
  return verdicts;
}

function chainsOf(messages: readonly DocumentMessage[]): DocumentMessage[][] {
  const chains: DocumentMessage[][] = [];
  for (const message of [...messages].sort(bySender)) {
    const chain = chains.at(-1);
    if (message.messageFunction !== 'ORIGINAL') {
      if (chain === undefined) chains.push([message]);
      else chain.push(message);
    } else if (chain === undefined || chain[0]?.messageFunction === 'ORIGINAL') chains.push([message]);
    else chain.unshift(message);
  }
  return chains;
}

function judge(
  chain: readonly DocumentMessage[],
  byMessage: ReadonlyMap<string, readonly DocumentEvent[]>,
  verdicts: Map<string, Verdict>,
): void {
  let standing: readonly DocumentEvent[] = [];
  for (const { sourceKey, messageFunction } of chain) {
    const brought = byMessage.get(sourceKey) ?? [];
    const named = new Set(brought.map(whatOf));
    const isStruck = (event: DocumentEvent): boolean => messageFunction !== 'CHANGE' || named.has(whatOf(event));
    const open = new Map<string, DocumentEvent[]>();
    for (const event of standing.filter(isStruck)) {
      verdicts.set(event.id, { ...verdictOf(verdicts, event), retracted: true });
      const alike = open.get(whatOf(event));
      if (alike === undefined) open.set(whatOf(event), [event]);
      else alike.push(event);
    }
    for (const event of brought) {
      const replaced = open.get(whatOf(event))?.shift();
      verdicts.set(event.id, { retracted: false, retractedEventID: replaced?.id ?? null });
    }
    standing = messageFunction === 'CHANGE' ? [...standing.filter((event) => !isStruck(event)), ...brought] : brought;
  }
}

/** What an event is about: a later one about the same stands for it. */
function whatOf(event: DocumentEvent): string {
  return 'callId' in event
    ? `${event.transportEventTypeCode} ${event.eventClassifierCode} ${event.callId}`
    : `${event.equipmentEventTypeCode} ${event.eventClassifierCode} ${event.equipmentReference}`;
}

function verdictOf(verdicts: ReadonlyMap<string, Verdict>, event: DocumentEvent): Verdict {
  return verdicts.get(event.id) ?? { retracted: false, retractedEventID: null };
}

const ranks = { ORIGINAL: 0, CHANGE: 1, REPLACE: 1, CANCEL: 2 } as const;

// Interchange times have minutes: within one, an original comes before what corrects it, and the sender's own counters decide the rest.
function bySender(one: DocumentMessage, other: DocumentMessage): number {
  const [a, b] = [one, other].map(({ sourceKey }) => sortablePreparation(partsOfSourceKey(sourceKey).preparedAt));
  if (a !== b) return (a ?? '') < (b ?? '') ? -1 : 1;
  const rank = ranks[one.messageFunction] - ranks[other.messageFunction];
  if (rank !== 0) return rank;
  return one.sourceKey < other.sourceKey ? -1 : 1;
}
