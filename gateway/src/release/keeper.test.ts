import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLDataSource } from '@apollo/gateway';
import { createLogger } from '@corridor/runtime';
import {
  CorridorError,
  makeSigningKey,
  publicReleaseKey,
  type Release,
  releaseDigest,
  type SigningKey,
  signRelease,
  writeRelease,
} from '@corridor/schemas';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { RequestContext } from '../context.ts';
import { createReferenceEngine } from '../engine/reference.ts';
import { createContracts } from '../owners/contract.ts';
import { type CanaryOptions, tryRelease } from './canary.ts';
import { type Disk, systemDisk } from './disk.ts';
import { type KeeperOptions, openKeeper, type ReleaseEvent, type ReleaseKeeper } from './keeper.ts';
import { openLastGood } from './last-good.ts';
import { openSource } from './source.ts';

const small = readFileSync(new URL('../../../schemas/testing/two-parties.graphql', import.meta.url), 'utf8');
const [a, b] = ['2026-a', '2026-b'].map(makeSigningKey) as [SigningKey, SigningKey];
const root = mkdtempSync(join(tmpdir(), 'keeper-'));
afterAll(() => rmSync(root, { recursive: true }));

let place: string;
let source: string;
let keys: SigningKey[];
let now: number;
let events: string[];
beforeEach(() => {
  place = mkdtempSync(join(root, 'gateway-'));
  source = join(place, 'release.json');
  keys = [a];
  now = 0;
  events = [];
});

/** Signs the release that follows another; a field of its own makes each schema differ. */
function following(before: Release | undefined, o: { by?: SigningKey; version?: number; sdl?: string } = {}): Release {
  const version = o.version ?? (before?.version ?? 0) + 1;
  const sdl = o.sdl ?? small.replace('en: String', `en: String\n  v${version}: Int`);
  const previousDigest = before === undefined ? null : releaseDigest(before);
  return signRelease({ version, createdAt: '2026-11-24T05:48:00Z', previousDigest, sdl }, o.by ?? a);
}
const publish = (content: Release | string): void => writeFileSync(source, typeof content === 'string' ? content : writeRelease(content));
const note = (event: ReleaseEvent): void => {
  events.push(event.is === 'serves' ? `serves ${event.version}` : `${event.code} ${event.version ?? ''}`.trim());
};
const anOwner: GraphQLDataSource = { process: async () => ({ data: { ports: [] } }) };

async function open(over: Partial<KeeperOptions> & { disk?: Disk; documents?: CanaryOptions['documents'] } = {}): Promise<ReleaseKeeper> {
  const { disk = systemDisk, documents = [], ...options } = over;
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const sources = new Map(['guangxi', 'chongqing', 'directory'].map((owner) => [owner, anOwner as GraphQLDataSource<RequestContext>]));
  const contracts = createContracts();
  return openKeeper({
    source: openSource(source),
    lastGood: await openLastGood(join(place, 'accepted'), disk),
    keys: () => keys.map(publicReleaseKey),
    owners: [...sources.keys()],
    build: (supergraphSdl) => createReferenceEngine({ supergraphSdl, sources, contracts, log }),
    canary: (candidate, served) => tryRelease(candidate, served, { documents, context: async () => ({}) as RequestContext }),
    clock: () => now,
    log,
    onEvent: note,
    ...options,
  });
}
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'serves';
  } catch (error) {
    if (!(error instanceof CorridorError)) throw error;
    return `${error.code}: ${error.detail}`;
  }
};

test('the first release comes from the source; later ones as they are published, each once', async () => {
  const first = following(undefined);
  publish(first);
  const keeper = await open();
  await keeper.look();
  publish(following(first));
  await keeper.look();
  await keeper.look(true);
  expect([events, keeper.release().version]).toEqual([['serves 1', 'serves 2'], 2]);
  expect(keeper.engine.serving().coreSupergraphSdl).toBe(following(first).sdl);
});

test('without any release there is nothing to serve, and why is told', async () => {
  expect(await codeOf(open())).toBe('RELEASE_MISSING: the source is away or empty');
  publish(following(undefined, { by: b }));
  expect(await codeOf(open())).toBe('RELEASE_MISSING: RELEASE_KEY_UNKNOWN (2026-b)');
});

test('with the source away or poisoned a gateway starts with what it had, and takes what comes when it is back', async () => {
  const first = following(undefined);
  publish(first);
  await open();
  rmSync(source);
  const keeper = await open();
  await keeper.look();
  publish('garbage');
  await keeper.look();
  publish(following(first));
  await keeper.look();
  expect(events).toEqual(['serves 1', 'serves 1', 'RELEASE_UNREADABLE', 'serves 2']);
});

test('a refusal is told once, and again when the same comes back later', async () => {
  const first = following(undefined);
  publish(first);
  const keeper = await open();
  publish('garbage');
  for (let look = 0; look < 3; look += 1) await keeper.look(true);
  const second = following(first);
  publish(second);
  await keeper.look();
  publish('garbage');
  await keeper.look();
  expect(events).toEqual(['serves 1', 'RELEASE_UNREADABLE', 'serves 2', 'RELEASE_UNREADABLE']);
});

test('what is older, or bears the same number and holds something else, is a replay, also after a restart', async () => {
  const first = following(undefined);
  const second = following(first);
  publish(first);
  const keeper = await open();
  publish(second);
  await keeper.look();
  publish(first);
  await keeper.look();
  publish(following(first, { sdl: small }));
  await keeper.look();
  publish(first);
  await (await open()).look();
  expect(events).toEqual(['serves 1', 'serves 2', 'RELEASE_REPLAYED 1', 'RELEASE_REPLAYED 2', 'serves 2', 'RELEASE_REPLAYED 1']);
});

test('two releases made side by side: the one that does not follow what was accepted is refused', async () => {
  const first = following(undefined);
  const [one, other] = [following(first), following(first, { sdl: small })];
  publish(first);
  const keeper = await open();
  publish(one);
  await keeper.look();
  publish(following(other));
  await keeper.look();
  publish(following(undefined, { version: 9 }));
  await keeper.look();
  publish(following(one));
  await keeper.look();
  expect(events).toEqual(['serves 1', 'serves 2', 'RELEASE_PREDECESSOR 3', 'RELEASE_PREDECESSOR 9', 'serves 3']);
});

test('a gateway that missed some takes the newest; where the missed ones are at hand they must lead to it', async () => {
  const line = [following(undefined)];
  for (let version = 2; version <= 5; version += 1) line.push(following(line.at(-1)));
  publish(line[0] as Release);
  const keeper = await open();
  publish(line[3] as Release);
  await keeper.look();
  // a folder holds them all; 6' was made after another 5
  const other = following(line[3], { sdl: small });
  rmSync(source);
  mkdirSync(source);
  for (const release of [...line, following(other)]) writeFileSync(join(source, `release-${release.version}.json`), writeRelease(release));
  writeFileSync(join(source, 'release-5b.json'), writeRelease(other));
  await keeper.look();
  expect(events).toEqual(['serves 1', 'serves 4', 'serves 6']);
  expect(keeper.release().previousDigest).toBe(releaseDigest(other));
});

test('in a folder a poisoned newest does not hide a good one beside it', async () => {
  const first = following(undefined);
  mkdirSync(source);
  writeFileSync(join(source, 'release-1.json'), writeRelease(first));
  const keeper = await open();
  const second = following(first);
  writeFileSync(join(source, 'release-2.json'), writeRelease(second));
  writeFileSync(join(source, 'release-3.json'), writeRelease(following(second, { sdl: 'type Query { a: Int }' })));
  await keeper.look();
  expect([events, keeper.release().version]).toEqual([['serves 1', 'RELEASE_SCHEMA 3', 'serves 2'], 2]);
});

test('the key is changed without a restart: both are valid, then the old one no longer', async () => {
  const first = following(undefined);
  publish(first);
  const keeper = await open();
  const second = following(first, { by: b });
  publish(second);
  await keeper.look();
  keys = [b, a];
  await keeper.look();
  keys = [b];
  await keeper.look();
  const third = following(second);
  publish(third);
  await keeper.look();
  expect(events).toEqual(['serves 1', 'RELEASE_KEY_UNKNOWN 2', 'serves 2', 'RELEASE_KEY_UNKNOWN 3']);
  // after a restart what the old key signed is believed no more, and nothing older than what was accepted comes in as new
  events.length = 0;
  publish(signRelease({ ...first, version: 1 }, b));
  await (await open()).look();
  keys = [makeSigningKey('2026-c')];
  expect(await codeOf(open())).toBe(
    'RELEASE_MISSING: RELEASE_KEY_UNKNOWN (2026-b), RELEASE_KEY_UNKNOWN (2026-a), RELEASE_KEY_UNKNOWN (2026-b)',
  );
  expect(events.slice(0, 2)).toEqual(['serves 2', 'RELEASE_REPLAYED 1']);
});

test('on a full disk the running release goes on; the new one is taken when there is room, without anybody’s doing', async () => {
  let isFull = false;
  const disk: Disk = {
    ...systemDisk,
    create: (path, text) =>
      isFull ? Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })) : systemDisk.create(path, text),
  };
  const first = following(undefined);
  publish(first);
  const keeper = await open({ disk });
  isFull = true;
  publish(following(first));
  await keeper.look();
  expect(keeper.release().version).toBe(1);
  isFull = false;
  await keeper.look();
  now = 60_000;
  await keeper.look();
  expect(events).toEqual(['serves 1', 'RELEASE_NOT_KEPT 2', 'serves 2']);
});

test('a document that the served release answers and the new one does not refuses it; one that fails on both does not', async () => {
  const documents = [
    { name: 'ports.graphql', text: '{ ports { id } }', variables: {} },
    { name: 'never.graphql', text: '{ nothing }', variables: {} },
  ];
  const first = following(undefined);
  publish(first);
  const keeper = await open({ documents });
  const second = following(first);
  publish(second);
  await keeper.look();
  const third = following(second, { sdl: small.replace('ports: [Port] @join__field(graph: DIRECTORY)', '') });
  publish(third);
  await keeper.look();
  expect([events, keeper.release().version]).toEqual([['serves 1', 'serves 2', 'RELEASE_PROBE 3'], 2]);
});

test('going back is done when it is asked for by number, once; what follows the abandoned one is taken', async () => {
  const line = [following(undefined)];
  for (let version = 2; version <= 4; version += 1) line.push(following(line.at(-1)));
  publish(line[0] as Release);
  const keeper = await open();
  for (const release of line.slice(1, 3)) {
    publish(release);
    await keeper.look();
  }
  const goBack = { from: 3, to: 2 };
  const back = await open({ goBack });
  await back.look();
  await (await open()).look();
  publish(line[3] as Release);
  await back.look();
  await (await open({ goBack })).look();
  expect(events).toEqual(['serves 1', 'serves 2', 'serves 3', 'serves 2', 'serves 2', 'serves 4', 'serves 4']);
  expect(await codeOf(open({ goBack: { from: 4, to: 3 } }))).toBe('CONFIG_INVALID: RELEASE_GO_BACK: release 3 is not among those kept');
});

test('the same schema under a new version is served without loading it again', async () => {
  const first = following(undefined);
  publish(first);
  const keeper = await open();
  const before = keeper.engine.serving();
  publish(following(first, { sdl: first.sdl }));
  await keeper.look();
  expect([events, keeper.engine.serving() === before]).toEqual([['serves 1', 'serves 2'], true]);
});
