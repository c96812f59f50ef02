import { readFileSync } from 'node:fs';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Child, startChild } from '../../bench/gateway/child.ts';
import { benchSupergraph } from '../../bench/gateway/parties.ts';
import { createRecorder } from '../../bench/gateway/recording.ts';

const queryOf = (name: string): string => readFileSync(new URL(`../../bench/gateway/queries/${name}.graphql`, import.meta.url), 'utf8');

/** Questions by owner that each query's plan holds, as the design counts them: one to the directory, then one an owner and noun. */
const asks = { board: 1 + 5, consignment: 1 + 2 * 5, deep: 1 + 5, dashboard: 1 + 3 * 5 } as const;

describe('the queries that are measured', () => {
  let owners: Child<Record<string, number>>;
  let recorder: Awaited<ReturnType<typeof createRecorder>>;
  beforeAll(async () => {
    owners = await startChild<Record<string, number>>('owners.ts', ['5']);
    const urls = Object.fromEntries(Object.entries(owners.ready).map(([name, port]) => [name, `http://127.0.0.1:${port}`]));
    recorder = await createRecorder(benchSupergraph(5), urls);
  });
  afterAll(async () => {
    await recorder.close();
    await owners.stop();
  });

  test.each(Object.entries(asks))('%s asks the owners as often as its plan says, the first time and every time', async (name, count) => {
    for (const _time of [1, 2]) {
      const { waves, planned } = await recorder.record(queryOf(name));
      expect({ planned, recorded: waves.flat().length, received: await owners.ask({}) }).toEqual({
        planned: count,
        recorded: count,
        received: count,
      });
      // the directory first: whose records they are is its answer
      expect(waves[0]).toHaveLength(1);
    }
  });
});

test.each([5, 8])('of each the planner weighs one plan, with %i parties', (parties) => {
  const supergraph = Supergraph.build(benchSupergraph(parties));
  const planner = new QueryPlanner(supergraph);
  const weighed = Object.keys(asks).map((name) => {
    planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(queryOf(name))));
    return planner.lastGeneratedPlanStatistics()?.evaluatedPlanCount;
  });
  expect(weighed).toEqual([1, 1, 1, 1]);
});
