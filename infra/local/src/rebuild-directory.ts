/** `npm run directory:rebuild`: empties the directory's index and lets the feeds of the parties fill it again. Nothing is lost: the owners hold it all. */
import { rebuildDirectory } from '@corridor/directory';
import { systemClock } from '@corridor/runtime';
import { localConfig } from './config.ts';
import { switchProgram } from './party-switch.ts';
import { isSupervised, readState } from './state.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const { folder, databaseUrls } = localConfig(process.env);
const state = readState(folder.state);
const runs = state !== undefined && isSupervised(state);
const startedAt = performance.now();
let fault: string | undefined;
if (runs) {
  const { done, text } = await switchProgram('stop', 'directory', folder.root);
  if (!done) fault = text;
}
if (fault === undefined) {
  await rebuildDirectory({ dataDir: folder.root, databaseUrl: databaseUrls['directory'] }, { clock: systemClock });
  say('The index is empty.');
  if (runs) {
    // Ready means that every feed has been read to its end.
    const { done, text } = await switchProgram('start', 'directory', folder.root);
    if (!done) fault = text;
    else say(`The feeds have filled it again, after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`);
  } else say('The corridor does not run: the next start fills it.');
}
if (fault !== undefined) say(fault);
process.exitCode = fault === undefined ? 0 : 1;
