import { expect, test } from 'vitest';
import { examineDatabase } from './examine.ts';
import { openStore } from './open.ts';
import { createTestDatabase, testServer } from './testing.ts';

const server = testServer();

test.skipIf(server === undefined)('an empty database lacks every migration, a used one none, and each tells whose it is', async () => {
  const database = await createTestDatabase(server ?? '');
  try {
    const empty = await examineDatabase({ model: 'party', databaseUrl: database.url });
    expect(empty).toMatchObject({ owner: null, mayMigrate: true, tooStrong: true, versionNumber: expect.any(Number) });
    expect('pending' in empty.migrations && empty.migrations.pending.length).toBeGreaterThan(0);
    const store = await openStore({ model: 'party', owner: 'guangxi', databaseUrl: database.url, clock: Date.now });
    await store.close();
    expect(await examineDatabase({ model: 'party', databaseUrl: database.url })).toMatchObject({
      owner: 'guangxi',
      migrations: { pending: [] },
    });
  } finally {
    await database.drop();
  }
});

test('a database that is away is named, its password is not', async () => {
  const asked = examineDatabase({ model: 'party', databaseUrl: 'postgres://guangxi:swordfish@127.0.0.1:9/guangxi' });
  await expect(asked).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.not.stringContaining('swordfish') });
});
