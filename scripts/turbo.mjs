// Runs the repository's own turbo with the arguments given: no telemetry, no look for updates, plain lines. `runTurbo` serves start.mjs as well.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Exit code of one turbo run. */
export function runTurbo(args) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  // A script of npm's has the workspace tools on its path; a plain `node scripts/turbo.mjs` gets them here.
  env.PATH = [join(root, 'node_modules', '.bin'), env.PATH].join(process.platform === 'win32' ? ';' : ':');
  const child = spawn(process.execPath, [join(root, 'node_modules', 'turbo', 'bin', 'turbo'), ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await runTurbo(process.argv.slice(2));
