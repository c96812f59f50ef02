/**
 * Writes what is generated from the contracts: `supergraph.graphql`, `possible-types.json`, `src/access-labels.gen.ts`,
 * `exchange/*.schema.json` and `docs/errors.md`. Files are written only when they differ. `--check` writes nothing and fails when one is stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorsDocument } from './errors-document.ts';
import { consignmentJsonSchema } from './exchange/consignment.ts';
import { dcsaEventJsonSchema } from './exchange/dcsa-event.ts';
import { transportCallJsonSchema } from './exchange/transport-call.ts';
import { parties } from './parties.ts';
import { composeSupergraph } from './sdl/compose.ts';
import { readLabels } from './sdl/labels.ts';
import { possibleTypes } from './sdl/possible-types.ts';
import { template } from './sdl/render.ts';

/** Every generated file, by its path from the root of the repository. */
export function generatedFiles(): { readonly [path: string]: string } {
  return {
    'schemas/supergraph.graphql': `${composeSupergraph(parties).supergraphSdl}\n`,
    'schemas/possible-types.json': `${JSON.stringify(possibleTypes(template.shared, template.own), null, 2)}\n`,
    'schemas/src/access-labels.gen.ts': [
      '// Generated from schemas/sdl/shared.graphql by src/generate.ts. Do not edit.',
      `export const labels = ${JSON.stringify(readLabels(template.shared), null, 2)} as const;`,
      '',
    ].join('\n'),
    'schemas/exchange/consignment.v1.schema.json': `${JSON.stringify(consignmentJsonSchema(), null, 2)}\n`,
    'schemas/exchange/dcsa-tnt-2.2.schema.json': `${JSON.stringify(dcsaEventJsonSchema(), null, 2)}\n`,
    'schemas/exchange/transport-call.v1.schema.json': `${JSON.stringify(transportCallJsonSchema(), null, 2)}\n`,
    'docs/errors.md': errorsDocument(),
  };
}

const root = fileURLToPath(new URL('../../', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  let stale = 0;
  for (const [path, text] of Object.entries(generatedFiles())) {
    const file = `${root}${path}`;
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale += 1;
    if (check) {
      process.stderr.write(`stale: ${path}; run npm run generate\n`);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      process.stdout.write(`wrote ${relative(root, file)}\n`);
    }
  }
  if (check && stale > 0) process.exitCode = 1;
}
