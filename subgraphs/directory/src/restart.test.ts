import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, sql } from '@corridor/store';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { anId, ucr } from './testing/directory.ts';
import { aGateway } from './testing/gateway.ts';
import { openOwner } from './testing/owner.ts';

const records = 120;

test('a directory killed twice in mid-feed goes on where it was: nothing is lost, nothing doubled', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'directory-restart-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const sealing = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { authority, hopKeys, gateways, issuers } = await aGateway(Date.now);
  const owner = await openOwner('guangxi', await exportJWK(sealing.publicKey));
  onTestFinished(() => owner.close());
  owner.tell(
    ...Array.from({ length: records }, (_, n) => ({ id: anId('guangxi', 'consignment-record', n), references: [ucr(`U${n % 40}`)] })),
  );
  const { clientSecret, ...feed } = owner.feed;
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    AUTHORITY: authority,
    DATA_DIR: join(folder, 'data'),
    ISSUERS_FILE: file('issuers.json', issuers),
    HOP_KEYS_FILE: file('hop-keys.json', hopKeys),
    GATEWAYS_FILE: file('gateways.json', gateways),
    INDEX_KEY_FILE: file('index-key', Buffer.alloc(32, 7).toString('base64url')),
    SEALING_KEY_FILE: file('sealing-key.json', await exportJWK(sealing.privateKey)),
    CURSOR_KEY_FILE: file('cursor-key', Buffer.alloc(32, 9).toString('base64url')),
    FEEDS_FILE: file('feeds.json', [{ ...feed, clientSecretFile: file('client-secret', clientSecret) }]),
    LOG_LEVEL: 'fatal',
  };
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const run = (): ChildProcess => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', main], { env, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const place = (): number => Number(owner.asked.at(-1) ?? 0);
  const reaches = (position: number) => expect.poll(place, { timeout: 40_000, interval: 2 }).toBeGreaterThanOrEqual(position);

  const resumed: (string | null | undefined)[] = [];
  for (const position of [20, 60, records]) {
    const child = run();
    owner.asked.length = 0;
    await reaches(position);
    resumed.push(owner.asked[0]);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  // The first began at the beginning; each next one where the one before had come to, in the middle.
  expect(resumed[0]).toBeNull();
  expect(Number(resumed[1])).toBeGreaterThanOrEqual(20);
  expect(Number(resumed[2])).toBeGreaterThanOrEqual(60);
  expect(Number(resumed[2])).toBeLessThan(records);

  const store = await openStore({ model: 'directory', owner: 'directory', dataDir: env.DATA_DIR, clock: Date.now });
  onTestFinished(() => store.close());
  const [held] = await store.query(sql`
    select (select count(*)::int from entry) as entries, (select count(*)::int from entry_key) as keys, (select count(*)::int from inbox) as inbox,
           (select count(distinct consignment_id)::int from entry) as consignments, (select cursor from feed_position) as cursor`);
  expect(held).toEqual({ entries: records, keys: records, inbox: records, consignments: 40, cursor: String(records) });
});
