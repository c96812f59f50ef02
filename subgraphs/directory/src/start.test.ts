import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@corridor/runtime';
import type { Clock } from '@corridor/schemas';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, expect, test } from 'vitest';
import type { DirectoryConfig, FeedConfig, PrivateJwk } from './config.ts';
import { consignmentIdOf } from './index/consignment-id.ts';
import { type RunningDirectory, rebuildDirectory, startDirectory } from './start.ts';
import { anId, ucr } from './testing/directory.ts';
import { aGateway, type TestGateway } from './testing/gateway.ts';
import { openOwner, type TestOwner } from './testing/owner.ts';

const clock: Clock = Date.now;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function sealingKeys(): Promise<{ readonly privateKey: PrivateJwk; readonly publicKey: Awaited<ReturnType<typeof exportJWK>> }> {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { x = '', y = '', d = '' } = await exportJWK(pair.privateKey);
  return { privateKey: { kty: 'EC', crv: 'P-256', x, y, d }, publicKey: await exportJWK(pair.publicKey) };
}

async function owners(publicKey: Awaited<ReturnType<typeof exportJWK>>, ...codes: readonly string[]): Promise<TestOwner[]> {
  const open = await Promise.all(codes.map((code) => openOwner(code, publicKey)));
  opened.push(...open);
  return open;
}

async function start(
  gateway: TestGateway,
  sealingKey: PrivateJwk,
  feeds: readonly FeedConfig[],
  dataDir?: string,
): Promise<RunningDirectory> {
  const { authority, hopKeys, gateways, issuers } = gateway;
  const config: DirectoryConfig = {
    host: '127.0.0.1',
    port: 0,
    authority,
    dataDir,
    databaseUrl: undefined,
    issuers,
    hopKeys,
    gateways,
    indexKey: new Uint8Array(32).fill(7),
    sealingKeys: [sealingKey],
    cursorKeys: [{ id: 'k', key: new Uint8Array(32).fill(9) }],
    feeds,
    logLevel: 'silent',
  };
  const directory = await startDirectory(config, {
    clock,
    random: (bytes) => randomBytes(bytes),
    log: createLogger({ name: 'directory', level: 'silent' }),
  });
  opened.push(directory);
  return directory;
}

const close = async (running: { close(): Promise<void> }): Promise<void> => {
  opened.splice(opened.indexOf(running), 1);
  await running.close();
};

async function ask(directory: RunningDirectory, gateway: TestGateway, query: string): Promise<unknown> {
  const body = JSON.stringify({ query });
  const response = await fetch(`${directory.url}/graphql`, { method: 'POST', body, headers: await gateway.sign(body) });
  return response.json();
}

const question = '{ consignments { nodes { id reference records { nodes { id party { code } } } } } }';

test('the directory reads every feed to its end, and one owner that is away delays no other', { timeout: 30_000 }, async () => {
  const { privateKey, publicKey } = await sealingKeys();
  const gateway = await aGateway(clock);
  const [guangxi, gansu] = await owners(publicKey, 'guangxi', 'gansu');
  if (guangxi === undefined || gansu === undefined) throw new Error('two owners');
  gansu.away = true;
  guangxi.tell(...[1, 2, 3, 4, 5].map((n) => ({ id: anId('guangxi', 'consignment-record', n), references: [ucr('A')] })));
  gansu.tell({ id: anId('gansu', 'consignment-record', 9), createdAt: '2026-12-01T00:00:00.000Z', references: [ucr('A')] });
  const directory = await start(gateway, privateKey, [guangxi.feed, gansu.feed]);
  await directory.caughtUp({ parties: ['guangxi'] });

  const record = (code: string, n: number) => ({ id: anId(code, 'consignment-record', n), party: { code } });
  const answer = (...records: object[]) => ({
    data: {
      consignments: {
        nodes: [
          { id: consignmentIdOf(anId('guangxi', 'consignment-record', 1)), reference: expect.any(String), records: { nodes: records } },
        ],
      },
    },
  });
  const atGuangxi = [1, 2, 3, 4, 5].map((n) => record('guangxi', n));
  expect(await ask(directory, gateway, question)).toEqual(answer(...atGuangxi));
  await expect
    .poll(() => directory.status().map(({ party, is }) => [party, is]))
    .toEqual([
      ['guangxi', 'current'],
      ['gansu', 'failing'],
    ]);
  // and so everybody is told
  expect(
    await ask(
      directory,
      gateway,
      '{ guangxi: party(code: "guangxi") { lag { state secondsBehind } } gansu: party(code: "gansu") { lag { state secondsBehind } } asean: party(code: "asean") { lag { state } } }',
    ),
  ).toEqual({
    data: {
      guangxi: { lag: { state: 'CURRENT', secondsBehind: 0 } },
      gansu: { lag: { state: 'FAILING', secondsBehind: null } },
      asean: { lag: null },
    },
  });
  // ready: all there is to read now has been read
  expect((await fetch(`${directory.url}/readyz`)).status).toBe(200);
  await expect(directory.caughtUp({ timeoutMs: 100 })).rejects.toEqual(expect.objectContaining({ code: 'OWNER_TIMEOUT', owner: 'gansu' }));

  gansu.away = false;
  await directory.caughtUp();
  expect(await ask(directory, gateway, question)).toEqual(answer(...atGuangxi, record('gansu', 9)));
});

test('a page sealed for another key has no effect, and the feed is tried again', { timeout: 30_000 }, async () => {
  const [{ privateKey }, { publicKey }] = await Promise.all([sealingKeys(), sealingKeys()]);
  const gateway = await aGateway(clock);
  const [guangxi] = await owners(publicKey, 'guangxi');
  if (guangxi === undefined) throw new Error('an owner');
  guangxi.tell({ id: anId('guangxi', 'consignment-record', 1) });
  const directory = await start(gateway, privateKey, [guangxi.feed]);
  await expect.poll(() => guangxi.asked.length).toBeGreaterThan(1);
  expect(directory.status()).toEqual([{ party: 'guangxi', is: 'failing', appliedAt: null, waitingMs: 0 }]);
  expect(new Set(guangxi.asked)).toEqual(new Set([null]));
  expect(await ask(directory, gateway, question)).toEqual({ data: { consignments: { nodes: [] } } });
});

test('a restart goes on where it was; a rebuild reads from the start and gives equal answers', { timeout: 60_000 }, async () => {
  const { privateKey, publicKey } = await sealingKeys();
  const gateway = await aGateway(clock);
  const [guangxi, gansu] = await owners(publicKey, 'guangxi', 'gansu');
  if (guangxi === undefined || gansu === undefined) throw new Error('two owners');
  const dataDir = mkdtempSync(join(tmpdir(), 'directory-'));
  opened.push({ close: async () => rmSync(dataDir, { recursive: true }) });
  guangxi.tell(
    { id: anId('guangxi', 'consignment-record', 2), references: [ucr('A')] },
    { id: anId('guangxi', 'consignment-record', 3), references: [ucr('B')] },
  );
  gansu.tell({ id: anId('gansu', 'consignment-record', 1), createdAt: '2026-01-01T00:00:00.000Z', references: [ucr('A')] });

  const first = await start(gateway, privateKey, [guangxi.feed, gansu.feed], dataDir);
  await first.caughtUp();
  const before = await ask(first, gateway, question);
  expect(JSON.stringify(before)).toContain(consignmentIdOf(anId('gansu', 'consignment-record', 1)));
  await close(first);

  guangxi.asked.length = 0;
  const second = await start(gateway, privateKey, [guangxi.feed, gansu.feed], dataDir);
  await second.caughtUp();
  await expect.poll(() => guangxi.asked.length).toBeGreaterThan(0);
  expect(guangxi.asked[0]).toBe('2');
  await close(second);

  guangxi.asked.length = 0;
  await rebuildDirectory({ dataDir, databaseUrl: undefined }, { clock });
  const third = await start(gateway, privateKey, [guangxi.feed, gansu.feed], dataDir);
  await third.caughtUp();
  expect(guangxi.asked[0]).toBeNull();
  expect(await ask(third, gateway, question)).toEqual(before);
});
