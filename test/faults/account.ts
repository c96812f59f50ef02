/** The sums: what senders, readers and followers know, held against what is stored. Everything lost or doubled is named. */
import type { MessageLedger } from './message-ledger.ts';
import type { ReadLedger } from './read-ledger.ts';
import type { DirectoryState, OwnerState } from './stored.ts';

/** What should be there and is not; what is there more often than it should, or should not be there at all. */
export type Balance = { readonly lost: readonly string[]; readonly doubled: readonly string[] };

/** One balance of several. */
export function sum(balances: readonly Balance[]): Balance {
  return { lost: balances.flatMap(({ lost }) => lost), doubled: balances.flatMap(({ doubled }) => doubled) };
}

/** An owner against its senders, and against one who followed its feed all the time: `told` are the event ids in the order in which they came. */
export function balanceOwner(ledger: MessageLedger, state: OwnerState, told: readonly string[], reads: ReadLedger): Balance {
  const { owner, acknowledged } = ledger;
  const records = new Map(acknowledged.flatMap(({ record }) => (record === undefined ? [] : [[record.reference, record]])));
  const reports = acknowledged.flatMap(({ report }) => report ?? []);
  const takenBack = new Set(reports.flatMap(({ document, cancels }) => (cancels ? [document] : [])));
  const subjects = new Map<string, number>();
  for (const { subject, revision } of state.outbox) subjects.set(subject, Math.max(revision, subjects.get(subject) ?? 0));
  const ids = state.outbox.map(({ eventId }) => eventId);

  return sum([
    compare(
      `${owner}: message`,
      acknowledged.map(({ messageKey }) => messageKey),
      state.messages,
    ),
    missing(
      `${owner}: bytes`,
      acknowledged.map(({ sha256 }) => sha256),
      state.answered,
    ),
    compare(`${owner}: consignment`, [...records.values()].map(consignmentOf), state.consignments.map(consignmentOf)),
    // An event has the consignment of its booking; that of a cancelled one has none.
    compare(
      `${owner}: event`,
      reports
        .filter(({ cancels }) => !cancels)
        .map(({ document, ofReference }) =>
          eventOf({
            document,
            retracted: takenBack.has(document),
            references: records.get(ofReference)?.cancelled === true ? [] : [ofReference],
          }),
        ),
      state.events.map(eventOf),
    ),
    // Positions run 1, 2, 3 …, each record's revisions likewise up to the one it has, and the follower got all of them, in this order.
    compare(
      `${owner}: position`,
      state.outbox.map((_, at) => at + 1),
      state.outbox.map(({ position }) => position),
    ),
    compare(`${owner}: last position`, [state.outbox.length], [state.lastPosition]),
    compare(
      `${owner}: change`,
      [...subjects].flatMap(([subject, last]) => Array.from({ length: last }, (_, at) => `${subject} ${at + 1}`)),
      state.outbox.map(({ subject, revision }) => `${subject} ${revision}`),
    ),
    missing(
      `${owner}: revision`,
      [...state.revisions].map(([id, revision]) => `${id} ${revision}`),
      new Set([...subjects].map(([id, revision]) => `${id} ${revision}`)),
    ),
    compare(`${owner}: told`, ids, told),
    compare(
      `${owner}: told in order`,
      ids.map((id, at) => `${at} ${id}`),
      told.map((id, at) => `${at} ${id}`),
    ),
    missing(
      `${owner}: read`,
      reads.records.filter((read) => read.includes(` ${owner}:`)),
      state.reads,
    ),
  ]);
}

/** The directory against the owners it follows, and against what it told. */
export function balanceDirectory(state: DirectoryState, owners: ReadonlyMap<string, OwnerState>, reads: ReadLedger): Balance {
  const followed = [...owners];
  return sum([
    compare(
      'directory: applied',
      followed.flatMap(([owner, { outbox }]) => outbox.map(({ eventId }) => `${owner} ${eventId}`)),
      state.inbox,
    ),
    compare(
      'directory: entry',
      followed.flatMap(([, { outbox }]) => [
        ...new Map(outbox.map(({ subject, revision }) => [subject, `${subject} ${revision}`])).values(),
      ]),
      state.entries.map(({ id, revision }) => `${id} ${revision}`),
    ),
    compare(
      'directory: link',
      followed.flatMap(([, { links }]) => links),
      state.links,
    ),
    missing('directory: look-up', reads.lookups, state.lookups),
  ]);
}

function consignmentOf({ reference, revision, cancelled }: OwnerState['consignments'][number]): string {
  return `${reference} revision ${revision}${cancelled ? ' cancelled' : ''}`;
}

function eventOf({ document, retracted, references }: OwnerState['events'][number]): string {
  return `${document}${retracted ? ' retracted' : ''} of ${references.join(', ')}`;
}

function compare(what: string, expected: readonly unknown[], found: readonly unknown[]): Balance {
  const left = new Map<unknown, number>();
  for (const each of found) left.set(each, (left.get(each) ?? 0) + 1);
  const lost: string[] = [];
  for (const each of expected) {
    const count = left.get(each) ?? 0;
    if (count === 0) lost.push(`${what} ${String(each)}`);
    else left.set(each, count - 1);
  }
  return { lost, doubled: [...left].flatMap(([each, count]) => Array.from({ length: count }, () => `${what} ${String(each)}`)) };
}

function missing(what: string, expected: readonly string[], found: ReadonlySet<string>): Balance {
  return { lost: expected.filter((each) => !found.has(each)).map((each) => `${what} ${each}`), doubled: [] };
}
