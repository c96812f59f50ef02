/**
 * Runs the Prisma CLI offline: `node scripts/prisma.mjs generate|validate|format [party|directory]`, both models without a name.
 *
 * The CLI wants an engine binary that is never downloaded. Any existing file contents it, since these three commands do not start it. With the
 * same setting `migrate` and `db` would print nothing and exit as if all were well: so nothing else is passed on, and the setting stays in here.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const allowed = ['generate', 'validate', 'format'];
const models = ['party', 'directory'];
const [command = '', model, ...rest] = process.argv.slice(2);

if (!allowed.includes(command) || (model !== undefined && !models.includes(model)) || rest.length > 0) {
  console.error(`prisma.mjs runs ${allowed.join(', ')} [${models.join('|')}] and nothing else: migrations are applied by openStore().`);
  process.exit(2);
}

const home = fileURLToPath(new URL('..', import.meta.url));
const manifest = createRequire(import.meta.url).resolve('prisma/package.json');
const cli = join(dirname(manifest), 'build/index.js');

for (const each of model === undefined ? models : [model]) {
  const { status } = spawnSync(process.execPath, [cli, command, '--config', join(home, each, 'prisma.config.ts')], {
    cwd: home,
    stdio: 'inherit',
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  if (status !== 0) process.exit(status ?? 1);
}
