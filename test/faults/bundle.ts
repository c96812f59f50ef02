/** A program in one file, so that it starts in half the time: these tests start dozens. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Puts `entry` and the workspaces it uses, from source, into one file below `folder`; packages stay those of the checkout. Gives the file. */
export async function bundleProgram(o: {
  readonly checkout: string;
  readonly entry: string;
  readonly folder: string;
  readonly name: string;
}): Promise<string> {
  const outfile = join(o.folder, `${o.name}.mjs`);
  await build({
    entryPoints: [join(o.checkout, o.entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['corridor:source'],
    logLevel: 'error',
    plugins: [
      {
        name: 'as in the checkout',
        setup(builder) {
          builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            // OpenTelemetry lies in several editions in the checkout: only from where it is imported is the right one found.
            kind === 'entry-point' || /^@(corridor|opentelemetry)\//.test(path) ? undefined : { path, external: true },
          );
          // Programs read files that lie beside their sources.
          builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
            loader: 'ts',
            contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
          }));
        },
      },
    ],
  });
  return outfile;
}

/** A folder below `root` whose files find the packages of the checkout. */
export function bundleFolder(root: string, checkout: string): string {
  const folder = join(root, 'programs');
  mkdirSync(folder);
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}
