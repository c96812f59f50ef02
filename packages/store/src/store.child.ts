/**
 * Another program, for tests that need a second process: `store.child.ts <dataDir> hold|write`. Opens the directory's store and says `open`, or the
 * code of the refusal; then holds it, or writes rows numbered from where the last one stopped, telling each number once it is committed.
 */
import { CorridorError } from '@corridor/schemas';
import { openStore, sql } from './index.ts';

const [dataDir = '', task] = process.argv.slice(2);
try {
  const store = await openStore({ model: 'directory', owner: 'directory', dataDir, clock: Date.now });
  process.stdout.write('open\n');
  if (task === 'hold') setInterval(() => undefined, 60_000);
  else {
    const [row] = await store.query<{ next: number }>(sql`select coalesce(max(source::int), 0) + 1 as next from feed_position`);
    for (let n = row?.next ?? 1; ; n += 1) {
      // Two ways to write, both acknowledged only after the commit.
      const cursor = 'x'.repeat(500);
      if (n % 2 === 0) await store.db.feedPosition.create({ data: { source: String(n), cursor, at: new Date() } });
      else await store.transaction((tx) => tx.execute('insert into feed_position values ($1, $2, now())', n, cursor));
      process.stdout.write(`${n}\n`);
    }
  }
} catch (error) {
  process.stdout.write(`${error instanceof CorridorError ? error.code : String(error)}\n`);
}
