// Runs a TypeScript file from its source, with all workspaces resolved to theirs: `node scripts/run.mjs <file.ts> [arguments]`. Nothing is built.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: node scripts/run.mjs <file.ts> [arguments]\n');
  process.exit(2);
}
const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', file, ...args], { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to both; the child says when it is over.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
