import { consignmentIdOf } from './consignment-id.ts';

/** A consignment record as its component sees it. */
export type Member = {
  readonly id: string;
  /** The owner's creation time, ISO 8601 in UTC with milliseconds: compared as text. */
  readonly createdAt: string;
  readonly withdrawn: boolean;
  /** Its joining keys: kind and blind index. */
  readonly keys: readonly string[];
};

/**
 * The consignment each record belongs to: records that share a joining key, directly or through others, are one. Its id derives from the oldest member
 * by (creation time, id), so the result depends on the records alone, not on the order in which they came.
 *
 * A withdrawn record joins nothing; it is led to the consignment of the oldest record it shares a key with, so that ids handed out while it was a
 * member go on resolving.
 * @param members closed: with a record, every record that shares a joining key with it
 * @returns consignment id by record id
 */
export function components(members: readonly Member[]): ReadonlyMap<string, string> {
  const ordered = [...members].sort(older);
  const live = ordered.filter(({ withdrawn }) => !withdrawn);
  const parent = new Map(live.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    for (let next = parent.get(root) ?? root; next !== root; next = parent.get(root) ?? root) root = next;
    for (let at = id; at !== root; ) {
      const next = parent.get(at) ?? root;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  // Oldest first: the first record of a key is the oldest that bears it, and the older root stays root.
  const rank = new Map(live.map(({ id }, index) => [id, index]));
  const oldestWith = new Map<string, string>();
  for (const { id, keys } of live) {
    for (const key of keys) {
      const other = oldestWith.get(key);
      if (other === undefined) oldestWith.set(key, id);
      else {
        const [a, b] = [find(other), find(id)];
        if (a !== b) (rank.get(a) ?? 0) < (rank.get(b) ?? 0) ? parent.set(b, a) : parent.set(a, b);
      }
    }
  }
  const consignments = new Map(live.map(({ id }) => [id, consignmentIdOf(find(id))]));
  for (const { id, keys } of ordered.filter(({ withdrawn }) => withdrawn)) {
    const [oldest] = keys
      .map((key) => oldestWith.get(key))
      .filter((other) => other !== undefined)
      .sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
    consignments.set(id, oldest === undefined ? consignmentIdOf(id) : (consignments.get(oldest) ?? consignmentIdOf(oldest)));
  }
  return consignments;
}

function older(a: Member, b: Member): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
