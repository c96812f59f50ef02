import { feedChannel, outboxChannel } from './outbox.ts';
import type { SqlStore } from './sql.ts';

// Any fixed number no other advisory lock of the product has; every replica of one owner must use the same.
const lockId = '72707370';
const batch = 1_000;

/**
 * Gives the next positions to committed rows of the outbox, up to 1,000, and wakes the readers. Ids are taken before a transaction commits, so a
 * reader that follows ids passes rows that appear later; positions are given afterwards, by one sequencer at a time, so none is passed and a
 * rolled-back row leaves no gap.
 * @returns how many rows got one; 0 when none waits or another sequencer has the lock
 */
export async function sequence(store: SqlStore): Promise<number> {
  return store.transaction(async (tx) => {
    // A statement of its own: the snapshot of the next one is then taken under the lock and holds every position given before.
    const [lock] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as taken', lockId);
    if (lock?.taken !== true) return 0;
    const given = await tx.execute(
      `update outbox o set position = n.position
         from (select w.id, h.last + row_number() over (order by w.id) as position
                 from outbox_head h, (select id from outbox where position is null order by id limit ${batch}) w) n
        where o.id = n.id`,
    );
    if (given === 0) return 0;
    // A row, not a sequence: what rolls back gives its numbers back.
    await tx.execute('update outbox_head set last = last + $1::int', given);
    await tx.execute(`notify ${feedChannel}`);
    return given;
  });
}

/** Options of the sequencer's loop. */
export type SequencerOptions = {
  /** Pause between two looks that nobody asked for; 1,000 ms when absent. A lost wake-up costs this much, never an event. */
  readonly intervalMs?: number;
  readonly onError: (error: unknown) => void;
};

/** A running sequencer. `wake` never waits; `close` returns when the last round has ended. */
export type Sequencer = { wake(): void; close(): Promise<void> };

/** Runs `sequence` whenever a change commits and at least once per interval, one round at a time. A failed round is told and tried again. */
export function startSequencer(store: SqlStore, options: SequencerOptions): Sequencer {
  const intervalMs = options.intervalMs ?? 1_000;
  let closed = false;
  let asked = true;
  let endPause: () => void = () => undefined;
  const wake = (): void => {
    asked = true;
    endPause();
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, intervalMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const listening = store.listen(outboxChannel, wake).catch((error: unknown) => {
    // Without the channel the poll alone carries on.
    options.onError(error);
    return async () => undefined;
  });
  const running = (async () => {
    while (!closed) {
      asked = false;
      const given = await sequence(store).catch((error: unknown) => {
        options.onError(error);
        return 0;
      });
      if (given === 0 && !asked && !closed) await pause();
    }
  })();

  return {
    wake,
    async close() {
      closed = true;
      endPause();
      await running;
      await (await listening)();
    },
  };
}
