import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphQLDataSource } from '@apollo/gateway';
import { createLogger } from '@corridor/runtime';
import { developmentKeyPrefix, makeSigningKey, publicReleaseKey, releaseDigest, signRelease, writeRelease } from '@corridor/schemas';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { RequestContext } from '../context.ts';
import { createReferenceEngine } from '../engine/reference.ts';
import { createContracts } from '../owners/contract.ts';
import type { ReleaseEvent } from './keeper.ts';
import type { ReleaseConfig } from './release-config.ts';
import { serveRelease } from './serve-release.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

const small = readFileSync(new URL('../../../schemas/testing/two-parties.graphql', import.meta.url), 'utf8');
const root = mkdtempSync(join(tmpdir(), 'serve-release-'));
afterAll(() => rmSync(root, { recursive: true }));
const key = makeSigningKey(`${developmentKeyPrefix}1`);
let config: ReleaseConfig;
let events: ReleaseEvent[];
beforeEach(() => {
  const place = mkdtempSync(join(root, 'gateway-'));
  config = {
    source: join(place, 'release.json'),
    keysFile: join(place, 'keys.json'),
    folder: join(place, 'accepted'),
    intervalMs: 600_000,
    production: false,
  };
  events = [];
  writeFileSync(config.keysFile, JSON.stringify([publicReleaseKey(key)]));
});

const anOwner: GraphQLDataSource = { process: async () => ({ data: {} }) };
function serve(settings: ReleaseConfig): ReturnType<typeof serveRelease> {
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const sources = new Map(['guangxi', 'chongqing', 'directory'].map((owner) => [owner, anOwner as GraphQLDataSource<RequestContext>]));
  return serveRelease(settings, {
    owners: [...sources.keys()],
    build: (supergraphSdl) => createReferenceEngine({ supergraphSdl, sources, contracts: createContracts(), log }),
    documents: [],
    probeContext: async () => ({}) as RequestContext,
    clock: () => 0,
    log,
    onEvent: (event) => void events.push(event),
  });
}
const createdAt = '2026-11-24T05:48:00Z';
const first = signRelease({ version: 1, createdAt, previousDigest: null, sdl: small }, key);

test('production refuses the key of a local corridor, whatever it signed', async () => {
  writeFileSync(config.source, writeRelease(first));
  await expect(serve({ ...config, production: true })).rejects.toMatchObject({ code: 'PRODUCTION_REFUSED' });
});

test('there is no unsigned way: a bare supergraph at the source starts no gateway', async () => {
  writeFileSync(config.source, small);
  for (const production of [true, false]) {
    writeFileSync(config.keysFile, JSON.stringify([publicReleaseKey(makeSigningKey('2026-a'))]));
    await expect(serve({ ...config, production })).rejects.toMatchObject({
      code: 'RELEASE_MISSING',
      message: expect.stringContaining('RELEASE_UNSIGNED'),
    });
  }
});

test('SIGHUP makes a gateway look at once, and no longer when it is closed', async () => {
  writeFileSync(config.source, writeRelease(first));
  const { keeper, close } = await serve(config);
  const second = signRelease({ version: 2, createdAt, previousDigest: releaseDigest(first), sdl: small }, key);
  writeFileSync(config.source, writeRelease(second));
  process.emit('SIGHUP');
  await vi.waitFor(() => expect(keeper.release().version).toBe(2), 10_000);
  expect(events).toEqual([1, 2].map((version) => ({ is: 'serves', version, createdAt, from: config.source })));
  const listeners = process.listenerCount('SIGHUP');
  close();
  expect(process.listenerCount('SIGHUP')).toBe(listeners - 1);
});

test('the examples of this checkout are read as trusted documents; a value that one cannot do without is made up', () => {
  const documents = readTrustedDocuments(fileURLToPath(new URL('../../../examples', import.meta.url)));
  expect(documents.length).toBeGreaterThan(10);
  expect(documents.find(({ name }) => name === 'facility.graphql')?.variables).toEqual({
    id: 'probe',
    from: '2026-01-01',
    to: '2026-01-01',
  });
});
