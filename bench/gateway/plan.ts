/**
 * What planning costs, in a process that has planned nothing yet. Arguments: supergraph, query. Ready with milliseconds of processor time of the first
 * plan and of ten more, and with how many plans the planner weighed.
 */
import { readFileSync } from 'node:fs';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { ownCpu } from '../measure.ts';
import { answerParent } from './child.ts';

/** See above. */
export type Planned = { readonly coldMs: number; readonly warmMs: number; readonly evaluatedPlanCount: number };

const [supergraphFile = '', queryFile = ''] = process.argv.slice(2);
const supergraph = Supergraph.build(readFileSync(supergraphFile, 'utf8'));
const planner = new QueryPlanner(supergraph);
const api = supergraph.apiSchema();
const document = parse(readFileSync(queryFile, 'utf8'));
const plan = (): void => void planner.buildQueryPlan(operationFromDocument(api, document));
const cost = (times: number): number => {
  const before = ownCpu();
  for (let time = 0; time < times; time++) plan();
  return (ownCpu() - before) / times;
};
const planned: Planned = {
  coldMs: cost(1),
  warmMs: cost(10),
  evaluatedPlanCount: planner.lastGeneratedPlanStatistics()?.evaluatedPlanCount ?? 0,
};
answerParent(planned, () => null);
