import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What a newcomer does, with the built programs: start, ask as each persona, stop a party, ask again, start it, end with Ctrl-C.
const root = fileURLToPath(new URL('../../', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'corridor-smoke-'));
const home = mkdtempSync(join(tmpdir(), 'corridor-home-'));
const env = { PATH: process.env['PATH'] ?? '', HOME: home, CORRIDOR_DATA: data, CI: 'true' };
const command = ['scripts/start.mjs', '--no-build', '--no-fill'];

let corridor: ChildProcess;
let screen = '';

async function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn('npm', ['run', '-s', ...args], { cwd: root, env });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, out };
}

async function start(args = command): Promise<number> {
  const startedAt = performance.now();
  screen = '';
  corridor = spawn(process.execPath, args, { cwd: root, env });
  const up = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      screen += chunk.toString('utf8');
      if (screen.includes('Corridor is up') && screen.includes('Ctrl-C stops everything')) resolve();
    };
    corridor.stdout?.on('data', read);
    corridor.stderr?.on('data', read);
    corridor.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${screen}`)));
  });
  await up;
  return (performance.now() - startedAt) / 1_000;
}

async function stop(): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => corridor.once('exit', resolve));
  corridor.kill('SIGINT');
  return ended;
}

beforeAll(async () => {
  process.stdout.write(`ready in ${(await start()).toFixed(1)} s, first start\n${screen}\n`);
});
afterAll(async () => {
  if (corridor.exitCode === null) await stop();
  rmSync(data, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

const one = ['ask', '--', '--lang', 'en'] as const;

test('the screen names the explorer, every party and how to ask', () => {
  expect(screen).toMatch(/GraphQL\s+http:\/\/localhost:\d+\/graphql/);
  expect(screen).toMatch(/Explorer\s+http:\/\/localhost:\d+\/explorer/);
  for (const party of ['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean', 'directory', 'gateway', 'issuer'])
    expect(screen).toMatch(new RegExp(`${party} :\\d+ up`));
  expect(screen).toContain('npm run -s ask -- cq-officer');
});

test('the same query gives three personas three answers, each naming what was withheld, by whom, under which rule', async () => {
  const answers = await Promise.all(
    ['cq-officer', 'lz-forwarder', 'sg-terminal'].map((persona) => run(...one, persona, 'examples/one-consignment.graphql', '--raw')),
  );
  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
  const [officer, forwarder, terminal] = answers.map(
    ({ out }) =>
      JSON.parse(out) as {
        data: { consignments: { nodes: { records: { nodes: { record: Record<string, unknown> }[] } }[] } };
        extensions: { masked: { owner: string; rule: string }[] };
      },
  );
  const first = (answer: typeof officer): Record<string, unknown> => answer?.data.consignments.nodes[0]?.records.nodes[0]?.record ?? {};
  expect([first(officer)['HSCode'], first(forwarder)['HSCode'], first(terminal)['HSCode']]).toEqual(['87', '871410', null]);
  expect([first(officer)['uniqueConsignmentReference'], first(forwarder)['uniqueConsignmentReference']]).toEqual([
    null,
    '4CN91500000MA0000000X-000123',
  ]);
  for (const answer of [officer, forwarder, terminal]) {
    expect(answer?.extensions.masked.length).toBeGreaterThan(0);
    expect(answer?.extensions.masked.every(({ owner, rule }) => owner !== '' && rule === 'DEFAULT')).toBe(true);
  }
});

test('the owner’s access log shows those reads', async () => {
  const { code, out } = await run('ask', '--', 'gx-officer', 'examples/who-read-us.graphql', '--at', 'guangxi', '--raw');
  const answer = JSON.parse(out) as { data: { profile: { accessLog: { nodes: { readerPartyCode: string; recordClass: string }[] } } } };
  const readers = new Set(answer.data.profile.accessLog.nodes.map(({ readerPartyCode }) => readerPartyCode));
  expect([code, readers.has('CQ'), readers.has('GS'), readers.has('SG')]).toEqual([0, true, true, true]);
});

test('with a party stopped the same query still answers and names it; started again, it is whole', async () => {
  expect((await run('stop-party', '--', 'guizhou')).code).toBe(0);
  const query =
    'query { consignments(first: 10) { nodes { id records { nodes { id party { code } record { id consignmentStatus } } } } } }';
  const file = join(data, 'all.graphql');
  writeFileSync(file, query);
  const partial = await run('ask', '--', 'sg-terminal', file, '--raw');
  const errors = (JSON.parse(partial.out) as { errors?: { extensions: { code: string; owner: string } }[] }).errors ?? [];
  expect([partial.code, errors.map(({ extensions }) => `${extensions.code} ${extensions.owner}`)]).toEqual([
    0,
    ['OWNER_UNREACHABLE guizhou'],
  ]);
  expect((await run('start-party', '--', 'guizhou')).code).toBe(0);
  const whole = await run('ask', '--', 'sg-terminal', file, '--raw');
  expect((JSON.parse(whole.out) as { errors?: unknown }).errors).toBeUndefined();
});

test('Ctrl-C ends everything; started again, the data is there and nothing is doubled', async () => {
  const file = join(data, 'all.graphql');
  const before = JSON.parse((await run('ask', '--', 'sg-terminal', file, '--raw')).out) as { data: unknown };
  expect(await stop()).toBe(0);
  const state = readFileSync(join(data, 'corridor.json'), 'utf8');
  for (const [, pid] of state.matchAll(/"pid":\s*(\d+)/g)) expect(() => process.kill(Number(pid), 0)).toThrow();
  process.stdout.write(`ready in ${(await start()).toFixed(1)} s, with data\n`);
  const after = JSON.parse((await run('ask', '--', 'sg-terminal', file, '--raw')).out) as { data: unknown };
  expect(after.data).toEqual(before.data);
});

test('the directory emptied and rebuilt from the feeds gives the same answer', async () => {
  const file = join(data, 'all.graphql');
  const before = JSON.parse((await run('ask', '--', 'sg-terminal', file, '--raw')).out) as { data: unknown };
  expect((await run('directory:rebuild')).code).toBe(0);
  const after = JSON.parse((await run('ask', '--', 'sg-terminal', file, '--raw')).out) as { data: unknown };
  expect(after.data).toEqual(before.data);
});

test('without --no-fill a thousand more flow in while the corridor answers, and Ctrl-C in the middle of it ends everything', async () => {
  expect(await stop()).toBe(0);
  await start(['scripts/start.mjs', '--no-build']);
  // One question may meet an owner in the middle of a transaction; of several, one does not.
  let whole = 0;
  for (let asked = 0; asked < 10 && whole === 0; asked += 1) {
    const { out } = await run(...one, 'cq-officer', 'examples/one-consignment.graphql', '--raw');
    const answer = JSON.parse(out) as { data: { consignments: { nodes: unknown[] } | null } | null; errors?: unknown };
    if (answer.errors === undefined && answer.data?.consignments?.nodes.length === 1) whole += 1;
  }
  expect(whole).toBe(1);
  expect(screen).toContain('1,000 more consignments flow in');
  expect(screen).not.toContain('all 1,000 are in');
  expect(await stop()).toBe(0);
});
