import { type Store, sql } from '@corridor/store';

/** Keeps the planner's statistics of the index from growing stale. */
export type Statistics = {
  /** Tells that a page wrote so many entries; analyses when their count has doubled since the last time. */
  grown(written: number): Promise<void>;
};

// Below this a scan is as good as any plan.
const fewest = 500;

/**
 * Statistics of the index. PGlite has no autovacuum, and a server's comes up to a minute late, in the middle of the first fill: until then the planner
 * takes every table for empty. `reltuples` remembers the count at the last ANALYZE, over restarts too.
 */
export function createStatistics(store: Store<'directory'>): Statistics {
  let atMost: number | undefined;
  let analysed = 0;

  async function look(): Promise<void> {
    const [row] = await store.query<{ entries: number; analysed: number }>(
      sql`select count(*)::int as entries, (select greatest(c.reltuples, 0)::float8 from pg_class c where c.oid = 'entry'::regclass) as analysed from entry`,
    );
    atMost = row?.entries ?? 0;
    analysed = row?.analysed ?? 0;
  }

  return {
    async grown(written) {
      if (atMost === undefined) await look();
      else atMost += written;
      const due = (): boolean => (atMost ?? 0) >= Math.max(fewest, 2 * analysed);
      if (!due()) return;
      // Entries written again were counted as new ones: look once more.
      await look();
      if (!due()) return;
      // A function of the tables' owner: the program's role may not analyse them itself.
      await store.query(sql`select analyse_index() is null as done`);
      analysed = atMost ?? 0;
    },
  };
}
