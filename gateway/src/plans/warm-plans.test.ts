import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createLogger } from '@corridor/runtime';
import { parties, supergraphFile } from '@corridor/schemas';
import { expect, test, vi } from 'vitest';
import { createReferenceEngine } from '../engine/reference.ts';
import { type LoadedRelease, loadRelease } from '../engine/replaceable.ts';
import { createContracts } from '../owners/contract.ts';
import { createOwnerSource } from '../owners/owner-source.ts';
import { readTrustedDocuments } from '../release/trusted-documents.ts';
import { type KnownDocument, warmPlans } from './warm-plans.ts';

const examples = new URL('../../../examples', import.meta.url).pathname;
const documents = readTrustedDocuments(examples);
const supergraphSdl = readFileSync(supergraphFile, 'utf8');
const log = createLogger({ name: 'gateway', level: 'silent' });

// the planner that @apollo/gateway uses, to count what it is asked to plan
const ofGateway = createRequire(createRequire(import.meta.url).resolve('@apollo/gateway'));
const { QueryPlanner } = ofGateway('@apollo/query-planner') as { QueryPlanner: { prototype: { buildQueryPlan(): unknown } } };

let asked = 0;
function load(known: readonly KnownDocument[]): Promise<LoadedRelease> {
  const contracts = createContracts();
  const client = {
    ask: async () => {
      asked += 1;
      return { is: 'unreachable', reason: 'nobody may be asked' } as const;
    },
    close: async () => {},
  };
  const sources = new Map(
    [...parties.map(({ code }) => code), 'directory'].map((owner) => [
      owner,
      createOwnerSource({ owner, client, contracts, clock: () => 0, onFault: () => {} }),
    ]),
  );
  return loadRelease(createReferenceEngine({ supergraphSdl, sources, contracts, documents: known, log }));
}

test('every example is planned when the engine has loaded, with and without its name; no owner was asked; nothing is planned twice', async () => {
  const planning = vi.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
  const release = await load(documents);
  const cold = planning.mock.calls.length;
  // some examples are for an owner's own endpoint, and do not fit the corridor's graph
  const { planned, skipped } = await warmPlans(release, documents);
  expect([planned > 30, skipped, planned === cold, planning.mock.calls.length - cold, asked]).toEqual([
    true,
    ['who-read-us.graphql'],
    true,
    0,
    0,
  ]);
  expect(documents.length).toBe(readdirSync(examples).filter((name) => name.endsWith('.graphql')).length);
  planning.mockRestore();
});

test('a document that does not fit, or is none, is passed over by name', async () => {
  const release = await load([]);
  expect(
    await warmPlans(release, [
      { name: 'broken', text: 'query {' },
      { name: 'of another schema', text: '{ ports { id } }' },
      { name: 'variables missing', text: 'query Q($id: ID!) { facility(id: $id) { id } }' },
      { name: 'good', text: 'query Q($id: ID!) { facility(id: $id) { id } }', variables: { id: 'probe' } },
      { name: 'two', text: 'query A { parties { code } } query B { parties { name { en } } }' },
    ]),
  ).toEqual({ planned: 4, skipped: ['broken', 'of another schema', 'variables missing', 'variables missing'] });
});

test('what a plan costs when it is made and when it is there', async () => {
  const release = await load([]);
  const spent = async (): Promise<number[]> => {
    const times: number[] = [];
    for (const document of documents) {
      const before = process.cpuUsage();
      await warmPlans(release, [document]);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1_000);
    }
    return times.sort((a, b) => a - b);
  };
  const [cold, warm] = [await spent(), await spent()];
  const sum = (times: readonly number[]): number => times.reduce((total, ms) => total + ms, 0);
  const figures = (times: readonly number[]): string =>
    `${sum(times).toFixed(0)} ms in all, median ${times[Math.floor(times.length / 2)]?.toFixed(1)}, greatest ${times.at(-1)?.toFixed(1)}`;
  process.stdout.write(`CPU of ${documents.length} documents (two plans each): cold ${figures(cold)}; warm ${figures(warm)}\n`);
  expect(sum(warm)).toBeLessThan(sum(cold));
});
