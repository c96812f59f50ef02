import { QueryPlanner } from '@apollo/query-planner';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Federation, startFederation } from './federation.ts';

let corridor: Federation;
beforeAll(async () => {
  // a busy machine is late; what is counted does not depend on it
  corridor = await startFederation({ ownerTimeoutMs: 30_000, directoryTimeoutMs: 30_000, queryTimeoutMs: 30_000 });
});
afterAll(() => corridor.close());

const query = `query Twice($first: Int = 3) { facilities(first: $first) { nodes { id facility { facilityName { en } } } } }`;

test('a query is planned once, and each asking puts one question to each owner whose records it holds', async () => {
  const planned = vi.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
  const { directory, guangxi, chongqing } = corridor;
  const questions = (): number[] => [directory, guangxi, chongqing].map(({ received }) => received.splice(0).length);
  questions();
  for (const first of [3, 3, 5]) {
    const { status, json } = await corridor.ask(query, { variables: { first } });
    expect({ status, errors: json.errors, questions: questions() }).toEqual({ status: 200, errors: undefined, questions: [1, 1, 1] });
  }
  expect(planned).toHaveBeenCalledTimes(1);
  planned.mockRestore();
});
