/** One request's reading: who asks, what he may see, his loaders, and what is noted on the way. Made per request, shared with no other. */
import { type Caller, type Clock, CorridorError, type Party } from '@corridor/schemas';
import type { View } from '@corridor/sharing';
import type { Sql, Store } from '@corridor/store';
import DataLoader from 'dataloader';
import { createLedger, type Ledger } from '../audit/ledger.ts';
import type { PartyDefinition } from '../definition.ts';
import type { Cursors } from './cursor.ts';

/** What a masked or coarsened field leaves in `extensions.masked`. `id` names a record below the one that was asked for. */
export type MaskedNote = {
  readonly path: readonly (string | number)[];
  readonly rule: string;
  readonly id?: string;
  readonly coarse?: true;
};

/** What every request of a party's program shares. */
export type Owner = {
  readonly party: Party;
  readonly definition: PartyDefinition;
  readonly store: Pick<Store<'party'>, 'kind' | 'query' | 'transaction'>;
  readonly cursors: Cursors;
  /** Secret behind the pseudonyms of firms. */
  readonly pseudonymKey: Uint8Array;
  readonly clock: Clock;
};

/** The context of a GraphQL execution. */
export type Reading = {
  readonly owner: Owner;
  readonly caller: Caller;
  readonly view: View;
  /** What cursors are bound to: equal for callers that see the same through the same door. */
  readonly viewer: string;
  readonly ledger: Ledger;
  readonly masked: MaskedNote[];
  /** One governed read. @throws OWNER_TIMEOUT once the caller's deadline is over */
  query<Row>(statement: Sql): Promise<Row[]>;
  /** The loader of this name, made at its first use; `batch` gives what it found, by key. Never more than `batchSize` keys at once. */
  loader<Value>(name: string, batch: Batch<Value>, batchSize?: number): Loader<Value>;
};

/** Finds the values of many keys by one statement; a key that is missing has none. */
type Batch<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

/** Finds one value; asked for many in one turn, it asks the database once. */
type Loader<Value> = { load(key: string): Promise<Value | undefined> };

/** Who asks through which door, until when. */
export type Asker = {
  readonly caller: Caller;
  readonly view: View;
  readonly viewer: string;
  /** Milliseconds since the epoch; `Infinity` where nobody counts. */
  readonly deadlineAt: number;
};

/** A reading for one request. */
export function createReading(owner: Owner, { caller, view, viewer, deadlineAt }: Asker): Reading {
  const loaders = new Map<string, Loader<unknown>>();
  const query = async <Row>(statement: Sql): Promise<Row[]> => queryUntil<Row>(owner, deadlineAt, statement);
  return {
    owner,
    caller,
    view,
    viewer,
    ledger: createLedger(),
    masked: [],
    query,
    loader<Value>(name: string, batch: Batch<Value>, batchSize = 1_000): Loader<Value> {
      // The name says noun, list, page and filter, hence one kind of value: the map cannot say so.
      const known = loaders.get(name) as Loader<Value> | undefined;
      if (known !== undefined) return known;
      const made = createLoader(batch, batchSize);
      loaders.set(name, made);
      return made;
    },
  };
}

function createLoader<Value>(batch: Batch<Value>, maxBatchSize: number): Loader<Value> {
  return new DataLoader<string, Value | undefined>(
    async (keys) => {
      const found = await batch(keys);
      return keys.map((key) => found.get(key));
    },
    { maxBatchSize },
  );
}

async function queryUntil<Row>({ store, clock, party }: Owner, deadlineAt: number, statement: Sql): Promise<Row[]> {
  if (deadlineAt === Number.POSITIVE_INFINITY) return store.query<Row>(statement);
  const timeoutMs = Math.floor(deadlineAt - clock());
  if (timeoutMs < 1) throw new CorridorError('OWNER_TIMEOUT', { owner: party.code });
  // A server ends the statement by itself. PGlite, one connection in this process, cannot: a transaction would only make it slower.
  return store.kind === 'pglite' ? store.query<Row>(statement) : store.transaction((tx) => tx.sql<Row>(statement), { timeoutMs });
}
