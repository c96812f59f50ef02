import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  columnsOf,
  connectOnce,
  csvSource,
  DeliveryStopped,
  type DoorOptions,
  fileReport,
  fileState,
  type Mapping,
  mapRow,
  openPostgresView,
  type RowFinding,
  type RowSource,
  type RunCounts,
  readMapping,
  SourceUnreadable,
  viewSource,
} from '@corridor/connector';
import { createTokenClient } from '@corridor/identity';
import { type Clock, CorridorError } from '@corridor/schemas';
import type { Surroundings } from './ask.ts';
import type { ConnectCommand } from './connect-usage.ts';
import { Ended } from './ended.ts';
import { clientSecret, findCorridor } from './running-corridor.ts';

/** Where `connect` runs: besides the surroundings, time, chance, the network, and the signal that ends it. */
export type ConnectSurroundings = Surroundings & {
  readonly clock: Clock;
  readonly jitter: () => number;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
};

type ExitCode = 0 | 1 | 2 | 3;

/** Follows a mapping; gives the exit code: 0 all got through, 1 no source or no owner, 2 wrong usage or mapping, 3 some rows did not get through. */
export async function connect(command: ConnectCommand, around: ConnectSurroundings): Promise<ExitCode> {
  try {
    const path = mappingPath(command.mapping, around);
    const mapping = mappingOf(path);
    if (command.dryRun) return await dryRun(mapping, path, around);
    const door = doorOf(mapping, around);
    for (;;) {
      const code = await run(command, mapping, path, door, around);
      if (command.everyMs === null || around.signal.aborted) return code;
      await pause(command.everyMs, undefined, { signal: around.signal }).catch(() => undefined);
      if (around.signal.aborted) return code;
    }
  } catch (error) {
    if (error instanceof Ended || error instanceof Stopped) {
      around.complain(error.message);
      return error.code;
    }
    throw error;
  }
}

/** A run that ended early; `later`: another may succeed. */
class Stopped extends Error {
  readonly code = 1;
}

async function run(
  command: ConnectCommand,
  mapping: Mapping,
  path: string,
  door: DoorOptions,
  around: ConnectSurroundings,
): Promise<ExitCode> {
  const stem = path.replace(/\.json$/, '');
  const report = fileReport(
    command.report ?? `${stem}.findings.csv`,
    new Date(around.clock()).toISOString(),
    mapping.source.type === 'csv',
  );
  const progress = (counts: Readonly<RunCounts>): void => around.complain(lineOf(counts));
  try {
    const counts = await withSource(mapping, path, around, (source) =>
      connectOnce({
        mapping,
        source,
        state: fileState(command.state ?? `${stem}.state.json`),
        door,
        report,
        progress,
        signal: around.signal,
      }),
    );
    if (counts.rows + counts.faulty === 0 && command.everyMs === null) around.complain('nothing new');
    return counts.faulty + counts.refused > 0 ? 3 : 0;
  } catch (error) {
    const told = reasonOf(error);
    if (told === undefined) throw error;
    // Under --every a source or owner that is away is asked again; one that refuses is not.
    if (command.everyMs === null || (error instanceof DeliveryStopped && !error.later)) throw new Stopped(told);
    around.complain(told);
    return 1;
  }
}

async function dryRun(mapping: Mapping, path: string, around: ConnectSurroundings): Promise<ExitCode> {
  const findings: RowFinding[] = [];
  let [rows, messages, found] = [0, 0, 0];
  try {
    await withSource(mapping, path, around, async (source) => {
      for await (const page of source.pages(null)) {
        rows += page.rows.length;
        const mapped = page.rows.map((row) => mapRow(row, mapping, page.revision));
        for (const { message } of mapped) {
          if (message === undefined) continue;
          if (messages < 3) around.print(JSON.stringify(message.body, null, 2));
          messages += 1;
        }
        const these = [...page.findings, ...mapped.flatMap((each) => each.findings)];
        found += these.length;
        findings.push(...these.slice(0, 20 - findings.length));
        if (around.signal.aborted) break;
      }
    });
  } catch (error) {
    const told = reasonOf(error);
    if (told === undefined) throw error;
    throw new Stopped(told);
  }
  for (const { line, key, column, code, expected } of findings) {
    const where = [line === null ? undefined : `line ${line}`, key ?? undefined, column ?? undefined].filter((each) => each !== undefined);
    around.complain(`${where.join(', ')}: ${code}: ${expected.en} / ${expected.zh}`);
  }
  around.complain(`${rows} rows, ${messages} messages, ${found} findings; nothing was sent`);
  return found > 0 ? 3 : 0;
}

async function withSource<T>(
  mapping: Mapping,
  path: string,
  around: ConnectSurroundings,
  work: (source: RowSource) => Promise<T>,
): Promise<T> {
  const { source, watermark, key, timeZone } = mapping;
  const columns = columnsOf(mapping);
  if (source.type === 'csv') return work(csvSource({ ...source, file: resolve(dirname(path), source.file), columns }));
  const url = around.env['CONNECTOR_DATABASE_URL'];
  if (url === undefined || url === '' || watermark === undefined)
    throw new Ended(2, 'CONNECTOR_DATABASE_URL names the database of the view');
  const view = await openPostgresView(url, timeZone);
  try {
    return await work(viewSource(view.read, { ...source, watermark, key, columns }));
  } finally {
    await view.close();
  }
}

function doorOf({ owner, format }: Mapping, around: ConnectSurroundings): DoorOptions {
  const corridor = findCorridor(around.folder, around.env['CORRIDOR_DATA']);
  const program = corridor?.programs[owner.party];
  const url = owner.url ?? (program === undefined ? undefined : `${program}/ingest`);
  if (url === undefined) throw new Ended(1, `No corridor with ${owner.party} was started here: npm start (or owner.url in the mapping)`);
  const tokenUrl = owner.tokenUrl ?? corridor?.token['corridor'];
  if (tokenUrl === undefined) throw new Ended(1, 'No issuer was started here: npm start (or owner.tokenUrl in the mapping)');
  // The demo's secret goes to the demo's issuer alone.
  const secret = secretOf(around) ?? (owner.tokenUrl === undefined ? clientSecret(corridor, undefined) : undefined);
  if (secret === undefined) throw new Ended(1, `The secret of ${owner.client} is not here: CORRIDOR_CLIENT_SECRET_FILE`);
  const { token } = createTokenClient({ tokenUrl, clientId: owner.client, clientSecret: secret, clock: around.clock });
  const wait = async (ms: number): Promise<void> => {
    await pause(ms, undefined, { signal: around.signal }).catch(() => undefined);
  };
  const door = new URL(url);
  door.searchParams.set('format', format);
  return { url: door.href, token, fetch: around.fetch, wait, jitter: around.jitter, concurrency: 4, attempts: 6 };
}

function secretOf({ env }: ConnectSurroundings): string | undefined {
  const file = env['CORRIDOR_CLIENT_SECRET_FILE'];
  if (file === undefined || file === '') return clientSecret(undefined, env['CORRIDOR_CLIENT_SECRET']);
  if (!existsSync(file)) throw new Ended(2, `there is no file ${file} (CORRIDOR_CLIENT_SECRET_FILE)`);
  return readFileSync(file, 'utf8').trim();
}

function mappingPath(given: string, { folder, env }: ConnectSurroundings): string {
  // npm runs scripts in the checkout; a path is meant from where the person stands.
  const places = isAbsolute(given) ? [given] : [join(folder, given), join(env['INIT_CWD'] ?? folder, given)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Ended(2, `there is no file ${given}`);
  return found;
}

function mappingOf(path: string): Mapping {
  const read = readMapping(readFileSync(path, 'utf8'));
  if (read.is === 'wrong') throw new Ended(2, `${path} cannot be right\n${read.because.map((each) => `  ${each}`).join('\n')}`);
  return read.mapping;
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof SourceUnreadable || error instanceof DeliveryStopped) return error.message;
  return error instanceof CorridorError ? `${error.code}: ${error.message}` : undefined;
}

function lineOf({ rows, taken, duplicate, refused, faulty, unchanged }: Readonly<RunCounts>): string {
  return `${rows} rows: ${taken} taken, ${duplicate} known before, ${unchanged} unchanged, ${refused} refused, ${faulty} faulty`;
}
