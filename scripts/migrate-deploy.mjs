// `npm run migrate:deploy -- <owner>`: brings an owner's database on a server up to this checkout, as the role that owns its tables.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [owner = ''] = process.argv.slice(2);
const main = join(root, 'subgraphs', owner, 'src', 'main.ts');
if (!/^[a-z]+$/.test(owner) || !existsSync(main)) {
  process.stderr.write(`npm run migrate:deploy -- guangxi | chongqing | guizhou | gansu | asean | directory

  DATABASE_URL_<OWNER>, else DATABASE_URL   the database, with the role that owns the tables
  DATABASE_PASSWORD_FILE                    holds that role's password
  RUNTIME_ROLE                              the role the program runs as: it is given its rights
`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), main, 'migrate'], { stdio: 'inherit' });
process.exitCode = status ?? 1;
