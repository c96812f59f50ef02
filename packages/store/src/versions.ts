import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { invariant } from '@corridor/schemas';

/** Major version of PostgreSQL inside the pinned PGlite; a data directory fits one major. */
export const pgliteMajor = '18';

/**
 * Version of the PGlite this program runs on. Asserted to be the pinned one: another dependency brings an older PGlite along, which npm may put in
 * its place, and a template or data directory of the one does not fit the other.
 */
export function pgliteVersion(): string {
  const pinned = pinnedVersion(read(new URL('../package.json', import.meta.url)));
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const installed: unknown = Reflect.get(read(join(dirname(entry), '..', 'package.json')), 'version');
  invariant(
    installed === pinned,
    `PGlite ${String(installed)} is installed, ${pinned} is pinned: pin it in the root manifest too and install again`,
  );
  return pinned;
}

function pinnedVersion(manifest: object): string {
  const dependencies: unknown = Reflect.get(manifest, 'dependencies');
  invariant(typeof dependencies === 'object' && dependencies !== null, 'the manifest of this package lists dependencies');
  const pinned: unknown = Reflect.get(dependencies, '@electric-sql/pglite');
  invariant(typeof pinned === 'string', 'the manifest of this package pins PGlite');
  return pinned;
}

function read(path: string | URL): object {
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
  invariant(typeof manifest === 'object' && manifest !== null, 'a package manifest is an object');
  return manifest;
}
