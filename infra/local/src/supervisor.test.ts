import { afterEach, expect, test } from 'vitest';
import { serveControl } from './control.ts';
import { switchProgram } from './party-switch.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import { readState } from './state.ts';
import { type FakeCorridor, fakeCorridor } from './testing/fake-programs.ts';

const corridors: FakeCorridor[] = [];
const stops: (() => void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await Promise.all(corridors.splice(0).map((corridor) => corridor.end()));
});

async function aCorridor(...args: Parameters<typeof fakeCorridor>): Promise<FakeCorridor> {
  const corridor = await fakeCorridor(...args);
  corridors.push(corridor);
  return corridor;
}

function processOf({ supervisor }: FakeCorridor, name: string): ProcessIdentity {
  const process = supervisor.programs.get(name)?.process;
  if (process == null) throw new Error(`${name} does not run`);
  return process;
}

test('programs come up stage after stage, each is told when it is ready, and the state says what runs where', async () => {
  const corridor = await aCorridor({ issuer: { READY_AFTER_MS: '100' }, guangxi: {}, gateway: {} });
  await corridor.supervisor.startAll([['issuer', 'guangxi'], ['gateway']]);
  const ready = corridor.said.map((line) => /^ {2}ready {2}(\w+) +:\d+ {2}\d+\.\d s$/.exec(line)?.[1]);
  expect([ready.slice(0, 2).sort(), ready.slice(2)]).toEqual([['guangxi', 'issuer'], ['gateway']]);
  expect(readState(corridor.folder.state)).toEqual({
    supervisor: { pid: process.pid, startTime: expect.any(String) },
    portBase: corridor.options.portBase,
    urls: corridor.options.urls,
    programs: Object.fromEntries(
      corridor.programs.map(({ name, port, url }) => [name, { state: 'up', port, url, process: processOf(corridor, name) }]),
    ),
  });
});

test('a program that ends by itself is reported with the last lines of its log and not started again', async () => {
  const corridor = await aCorridor({ guizhou: {}, gansu: {} });
  await corridor.supervisor.startAll([['guizhou', 'gansu']]);
  await fetch(`${corridor.programs[0]?.url}/crash`).catch(() => undefined);
  await expect
    .poll(() => corridor.said.at(-1))
    .toMatch(
      /^guizhou ended by itself with code 4\. The last lines of .*guizhou\.log:\n {4}the database is gone\nStart it again: npm run -s start-party -- guizhou$/,
    );
  expect([...corridor.supervisor.programs].map(([name, { state }]) => [name, state])).toEqual([
    ['guizhou', 'failed'],
    ['gansu', 'up'],
  ]);
  await corridor.supervisor.start('guizhou');
  expect(corridor.supervisor.programs.get('guizhou')?.state).toBe('up');
});

test('a program that is killed from outside is reported by its signal', async () => {
  const corridor = await aCorridor({ guizhou: {} });
  await corridor.supervisor.start('guizhou');
  process.kill(processOf(corridor, 'guizhou').pid, 'SIGKILL');
  await expect.poll(() => corridor.said.at(-1)).toContain('guizhou was ended by SIGKILL');
});

test('a program that does not come up fails the start, with its own words', async () => {
  const corridor = await aCorridor(
    { guangxi: { FAULT: 'DATA_DIRECTORY_LOCKED' }, chongqing: { READY_AFTER_MS: '60000' } },
    { readyWithinMs: 300 },
  );
  await expect(corridor.supervisor.start('guangxi')).rejects.toThrow(/^guangxi ended while it started\. .*\n {4}DATA_DIRECTORY_LOCKED$/);
  await expect(corridor.supervisor.start('chongqing')).rejects.toThrow(/^chongqing was not ready in time/);
  expect([...corridor.supervisor.programs.values()].map(({ process }) => process)).toEqual([null, null]);
});

test('stopping waits until the process is gone; one that does not listen is ended', async () => {
  const corridor = await aCorridor({ gansu: {}, asean: { STUBBORN: 'yes' } }, { stopWithinMs: 200 });
  await corridor.supervisor.startAll([['gansu', 'asean']]);
  const processes = ['gansu', 'asean'].map((name) => processOf(corridor, name));
  await corridor.supervisor.close();
  expect(processes.map(isRunning)).toEqual([false, false]);
  expect(corridor.said.filter((line) => !line.includes('ready'))).toEqual([]);
  expect([...corridor.supervisor.programs.values()].map(({ state }) => state)).toEqual(['stopped', 'stopped']);
});

test('another command stops and starts one party, and the end of the corridor is also the end of that one', async () => {
  const corridor = await aCorridor({ guangxi: {}, guizhou: {} });
  const { supervisor, folder } = corridor;
  await supervisor.startAll([['guangxi', 'guizhou']]);
  stops.push(
    serveControl(folder.control, ({ action, program }) => (action === 'start' ? supervisor.start(program) : supervisor.stop(program))),
  );
  const first = processOf(corridor, 'guizhou');
  expect(await switchProgram('stop', 'guizhou', folder.root)).toEqual({ done: true, text: `guizhou is stopped (process ${first.pid})` });
  expect([isRunning(first), readState(folder.state)?.programs['guizhou']?.state, supervisor.programs.get('guangxi')?.state]).toEqual([
    false,
    'stopped',
    'up',
  ]);
  expect(await switchProgram('stop', 'guizhou', folder.root)).toEqual({ done: true, text: 'guizhou was stopped already' });

  const started = await switchProgram('start', 'guizhou', folder.root);
  const second = processOf(corridor, 'guizhou');
  expect(started).toEqual({ done: true, text: `guizhou is up (process ${second.pid})` });
  expect(second).not.toEqual(first);
  expect(await switchProgram('start', 'guizhou', folder.root)).toEqual({ done: true, text: 'guizhou runs already' });
  await supervisor.close();
  expect(isRunning(second)).toBe(false);
});

test('a party that does not exist, or a corridor that does not run, is told and nothing is done', async () => {
  const corridor = await aCorridor({ guangxi: {} });
  const { folder } = corridor;
  expect(await switchProgram('stop', 'yunnan', folder.root)).toEqual({
    done: false,
    text: expect.stringMatching(/^Which one\? One of: gateway guangxi /),
  });
  expect(await switchProgram('start', 'guangxi', folder.root)).toEqual({
    done: false,
    text: 'The corridor does not run. Start it: npm start',
  });
});

test('a party that cannot start says why to the command that asked', async () => {
  const corridor = await aCorridor({ guangxi: {}, gansu: { FAULT: 'PORT_TAKEN: 4004' } });
  const { supervisor, folder } = corridor;
  await supervisor.start('guangxi');
  stops.push(
    serveControl(folder.control, ({ action, program }) => (action === 'start' ? supervisor.start(program) : supervisor.stop(program))),
  );
  const { done, text } = await switchProgram('start', 'gansu', folder.root);
  expect([done, text]).toEqual([false, expect.stringContaining('PORT_TAKEN: 4004')]);
});

test('a program sees its own settings and the machine’s, and nothing else of the environment it was started from', async () => {
  const corridor = await aCorridor(
    { guangxi: { DATABASE_URL_GUANGXI: 'postgres://own' } },
    {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: 'postgres://other',
        CORRIDOR_CLIENT_SECRET: 'swordfish',
        NODE_OPTIONS: '--no-warnings',
      },
    },
  );
  await corridor.supervisor.start('guangxi');
  const port = String(corridor.programs[0]?.port);
  expect(await (await fetch(`${corridor.programs[0]?.url}/env`)).json()).toEqual({
    PATH: process.env['PATH'],
    NODE_OPTIONS: '--no-warnings',
    PORT: port,
    DATABASE_URL_GUANGXI: 'postgres://own',
  });
});
