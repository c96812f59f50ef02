import { appendToOutbox, type SqlTx } from '@corridor/exchange';
import { invariant, type Noun } from '@corridor/schemas';

const tables = {
  'consignment-record': 'consignment_record',
  'equipment-record': 'equipment_record',
  'vessel-call': 'transport_call',
  'train-call': 'transport_call',
  'truck-call': 'transport_call',
  'equipment-event': 'equipment_event',
  'transport-event': 'transport_event',
  'shipment-event': 'shipment_event',
  'transport-document': 'transport_document',
} as const;

/** The nouns that ingest writes. */
type IngestNoun = keyof typeof tables;

/** What one message changed, told to the outbox once per record, with the revision it has afterwards. */
export type ChangeSet = {
  /** A row was inserted, at revision 1. */
  created(noun: IngestNoun, id: string): void;
  /** A row, or who may know of it, is different from before. */
  touched(noun: IngestNoun, id: string): void;
  /** A row was deleted; `revision` is the one it would have had next. */
  gone(noun: IngestNoun, id: string, revision: number): void;
  /** Whether the record was created by this message. */
  isNew(id: string): boolean;
  /** Gives touched rows their next revision and change time, and appends all changes to the outbox, in this order: consignments, boxes, calls, documents, events. */
  settle(tx: SqlTx, now: Date): Promise<void>;
};

/** An empty set of changes, for one transaction. */
export function createChangeSet(): ChangeSet {
  const created = new Map<string, IngestNoun>();
  const touched = new Map<string, IngestNoun>();
  const gone = new Map<string, { noun: IngestNoun; revision: number }>();
  return {
    created: (noun, id) => void created.set(id, noun),
    touched: (noun, id) => void touched.set(id, noun),
    gone: (noun, id, revision) => void gone.set(id, { noun, revision }),
    isNew: (id) => created.has(id),
    async settle(tx, now) {
      const changes: { subject: string; noun: Noun; revision: number }[] = [];
      const freshOf = byNoun(created, (id) => !gone.has(id));
      const changedOf = byNoun(touched, (id) => !created.has(id) && !gone.has(id));
      for (const noun of nouns) {
        const fresh = freshOf.get(noun) ?? [];
        const changed = changedOf.get(noun) ?? [];
        changes.push(...fresh.map((subject) => ({ subject, noun, revision: 1 })));
        changes.push(...(await raise(tx, noun, changed, now)));
        for (const [subject, each] of gone)
          if (each.noun === noun && !created.has(subject)) changes.push({ subject, noun, revision: each.revision });
      }
      await appendToOutbox(tx, changes);
    },
  };
}

function byNoun(ids: ReadonlyMap<string, IngestNoun>, isTold: (id: string) => boolean): ReadonlyMap<IngestNoun, readonly string[]> {
  const groups = new Map<IngestNoun, string[]>();
  for (const [id, noun] of ids) {
    if (!isTold(id)) continue;
    const ofNoun = groups.get(noun);
    if (ofNoun === undefined) groups.set(noun, [id]);
    else ofNoun.push(id);
  }
  return groups;
}

const nouns: readonly IngestNoun[] = [
  'consignment-record',
  'equipment-record',
  'vessel-call',
  'train-call',
  'truck-call',
  'transport-document',
  'equipment-event',
  'transport-event',
  'shipment-event',
];

async function raise(
  tx: SqlTx,
  noun: IngestNoun,
  ids: readonly string[],
  now: Date,
): Promise<{ subject: string; noun: Noun; revision: number }[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<{ id: string; revision: bigint }>(
    `update ${tables[noun]} set revision = revision + 1, changed_at = $2::timestamptz where id = any($1::text[]) returning id, revision`,
    ids,
    now,
  );
  const revisions = new Map(rows.map(({ id, revision }) => [id, Number(revision)]));
  return ids.map((subject) => {
    const revision = revisions.get(subject);
    invariant(revision !== undefined, 'a touched record exists');
    return { subject, noun, revision };
  });
}
