import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataFolder, dataFolder } from '../data-folder.ts';
import { findPortBlock } from '../ports.ts';
import type { Program } from '../programs.ts';
import { Supervisor, type SupervisorOptions } from '../supervisor.ts';

// What a real program does, without its content: health, an end on request, a crash on request.
const source = `
import { createServer } from 'node:http';
const { PORT, READY_AFTER_MS = '0', STUBBORN, FAULT } = process.env;
if (FAULT) { console.log(JSON.stringify({ level: 60, msg: FAULT })); process.exit(3); }
const startedAt = Date.now();
const server = createServer((request, response) => {
  if (request.url === '/crash') { console.log('the database is gone'); process.exit(4); }
  if (request.url === '/env') { response.end(JSON.stringify(process.env)); return; }
  response.statusCode = Date.now() - startedAt < Number(READY_AFTER_MS) ? 503 : 200;
  response.end('{}');
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGINT', () => { if (!STUBBORN) { console.log('ended in order'); process.exit(0); } });
`;

/** A corridor of fake programs in a folder of its own. */
export type FakeCorridor = {
  readonly folder: DataFolder;
  readonly programs: readonly Program[];
  readonly said: string[];
  readonly options: SupervisorOptions;
  readonly supervisor: Supervisor;
  /** Stops what runs and takes the folder away. */
  end(): Promise<void>;
};

/** Makes fake programs by name, each with environment of its own; nothing runs yet. */
export async function fakeCorridor(
  environments: Readonly<Record<string, Readonly<Record<string, string>>>>,
  options: Partial<SupervisorOptions> = {},
): Promise<FakeCorridor> {
  const root = mkdtempSync(join(tmpdir(), 'corridor-local-'));
  const folder = dataFolder(root);
  const entry = join(root, 'program.mjs');
  writeFileSync(entry, source);
  // Test files run in processes of their own: each takes ports of its own.
  const portBase = await findPortBlock({ base: 20_000 + (process.pid % 500) * 20, explicit: false });
  const programs = Object.entries(environments).map(([name, env], index) => {
    const port = portBase + index;
    return { name, port, url: `http://127.0.0.1:${port}`, entry, env: { PORT: String(port), ...env } };
  });
  const said: string[] = [];
  const urls = { graphql: 'http://localhost/graphql', explorer: 'http://localhost/explorer', token: {} };
  const all: SupervisorOptions = {
    programs,
    folder,
    checkout: root,
    portBase,
    urls,
    env: process.env,
    say: (line) => void said.push(line),
    readyWithinMs: 5_000,
    stopWithinMs: 2_000,
    ...options,
  };
  const supervisor = new Supervisor(all);
  return {
    folder,
    programs,
    said,
    options: all,
    supervisor,
    async end() {
      await supervisor.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
