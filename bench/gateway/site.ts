import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tickMs } from '../process-tree.ts';
import { startChild } from './child.ts';
import type { Site } from './engine.ts';
import { type BenchIssuer, startIssuer } from './issuer.ts';
import { benchSupergraph } from './parties.ts';
import type { Bench } from './slot.ts';

/** Everything that is up before an engine is. */
export type OpenSite = { readonly site: Site; readonly bench: Bench; readonly issuer: BenchIssuer; close(): Promise<void> };

/** Starts owners, load and issuer, in a folder of their own; `node` is the binary of the engines to come. */
export async function openSite(options: { readonly parties: number; readonly node: string }): Promise<OpenSite> {
  const folder = mkdtempSync(join(tmpdir(), 'corridor-bench-'));
  const owners = await startChild<Record<string, number>>('owners.ts', [String(options.parties)]);
  const load = await startChild<null>('load.ts', []);
  const issuer = await startIssuer();
  const site: Site = {
    folder,
    supergraphFile: join(folder, 'supergraph.graphql'),
    owners: Object.fromEntries(Object.entries(owners.ready).map(([name, port]) => [name, `http://127.0.0.1:${port}`])),
    node: options.node,
  };
  writeFileSync(site.supergraphFile, benchSupergraph(options.parties));
  return {
    site,
    bench: { load, owners, msPerTick: tickMs() },
    issuer,
    async close() {
      issuer.close();
      await load.stop();
      await owners.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
