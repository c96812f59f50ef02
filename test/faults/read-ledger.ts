/** A reader, and what it was told: an answer that left must stand in the logs of those who gave it, whatever happened to them afterwards. */
import { setTimeout as wait } from 'node:timers/promises';
import type { KillableCorridor } from './killable.ts';

/** What was read through the gateway. */
export type ReadLedger = {
  /** Ids of consignments that the directory has given. */
  readonly consignmentIds: Set<string>;
  /** `<trace id> <consignment id>`: what the directory answered under which request. */
  readonly lookups: string[];
  /** `<trace id> <record id>`: records whose owner answered under which request. */
  readonly records: string[];
};

// The status is what the owner alone can tell: an id by itself comes from the directory.
const query = '{ consignments(first: 10) { nodes { id records(first: 4) { nodes { id record { id consignmentStatus } } } } } }';

type Told = { readonly consignments?: Consignments | null } | null;
type Consignments = {
  readonly nodes: readonly {
    readonly id: string;
    readonly records: {
      readonly nodes: readonly { readonly record: { readonly id: string; readonly consignmentStatus: string } | null }[];
    } | null;
  }[];
};

/** Asks for consignments and their records while the programs come and go, until the signal and at least until something was told. */
export async function read(corridor: KillableCorridor, ledger: ReadLedger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted || ledger.records.length === 0) {
    const asked = await corridor.ask('cq-officer', query);
    for (const { id, records } of (asked.answer.data as Told | undefined)?.consignments?.nodes ?? []) {
      ledger.consignmentIds.add(id);
      ledger.lookups.push(`${asked.traceId} ${id}`);
      for (const { record } of records?.nodes ?? []) if (record !== null) ledger.records.push(`${asked.traceId} ${record.id}`);
    }
    await wait(150);
  }
}

/** Which of these ids the directory no longer knows. */
export async function unresolved(corridor: KillableCorridor, ids: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (let from = 0; from < ids.length; from += 20) {
    const some = ids.slice(from, from + 20);
    const fields = some.map((id, at) => `c${at}: consignment(id: ${JSON.stringify(id)}) { id }`);
    const data = await tell(corridor, `{ ${fields.join(' ')} }`);
    missing.push(...some.filter((_, at) => (data[`c${at}`] ?? null) === null));
  }
  return missing;
}

/** A whole answer: a part that could not be told now, but perhaps later, is asked for again. */
async function tell(corridor: KillableCorridor, question: string): Promise<Readonly<Record<string, unknown>>> {
  for (let attempt = 1; ; attempt += 1) {
    const { answer } = await corridor.ask('cq-officer', question);
    if (answer.errors === undefined) return answer.data as Readonly<Record<string, unknown>>;
    if (attempt === 50) throw new Error(JSON.stringify(answer.errors));
    await wait(200);
  }
}
