/** What a query asks of the owners, by its plan: recorded by asking once, in this process, through the stock engine's planner and executor. */
import { ApolloGateway, type GraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { PlanNode } from '@apollo/query-planner';
import { ApolloServer } from '@apollo/server';
import { request } from 'undici';
import type { Question } from './proxy.ts';

/** What was recorded. */
export type Recording = {
  /** Questions by the order in which they depend on each other: those of a wave need nothing but what earlier ones brought. */
  readonly waves: readonly (readonly Question[])[];
  /** Questions the plan holds; fewer are asked where a list has no record of some owner. */
  readonly planned: number;
  readonly data: unknown;
};

/** Makes a recorder over these owners. */
export async function createRecorder(
  supergraphSdl: string,
  owners: Readonly<Record<string, string>>,
): Promise<{ record(query: string): Promise<Recording>; close(): Promise<void> }> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const asked: { readonly place: string; readonly question: Question }[] = [];
  let plan: PlanNode | undefined;
  const sourceOf = (name: string): GraphQLDataSource => ({
    async process(options: GraphQLDataSourceProcessOptions) {
      const { query, variables, operationName } = options.request;
      const path = 'pathInIncomingRequest' in options ? options.pathInIncomingRequest : undefined;
      const question = { origin: owners[name] ?? '', body: JSON.stringify({ query, variables, operationName }) };
      asked.push({ place: placeOf(name, query ?? '', path ?? []), question });
      const answer = await request(`${question.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: question.body,
      });
      return JSON.parse(await answer.body.text());
    },
  });
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => sourceOf(name),
    experimental_didResolveQueryPlan: ({ queryPlan }) => {
      plan = queryPlan.node?.kind === 'Subscription' ? undefined : queryPlan.node;
    },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  return {
    async record(query) {
      asked.length = 0;
      const { body } = await server.executeOperation({ query });
      if (body.kind !== 'single' || body.singleResult.errors !== undefined || plan === undefined)
        throw new Error(`the query cannot be recorded: ${JSON.stringify(body).slice(0, 500)}`);
      const levels = new Map<string, number>();
      const planned = countFetches(plan, levels);
      const waves: Question[][] = [];
      for (const { place, question } of asked) {
        const level = levels.get(place);
        if (level === undefined) throw new Error(`a question that is not in the plan: ${place}`);
        waves[level] = [...(waves[level] ?? []), question];
      }
      // data as a client reads it: an object without a prototype is not equal to one that has it
      return { waves: waves.map((wave) => wave ?? []), planned, data: JSON.parse(JSON.stringify(body.singleResult.data)) };
    },
    close: () => server.stop(),
  };
}

/** Gives each fetch its level; returns how many there are. */
function countFetches(plan: PlanNode, levels: Map<string, number>): number {
  let count = 0;
  const walk = (node: PlanNode, level: number, path: readonly unknown[]): number => {
    switch (node.kind) {
      case 'Fetch':
        count += 1;
        levels.set(placeOf(node.serviceName, node.operation, path), level);
        return level + 1;
      case 'Flatten':
        return walk(node.node, level, [...path, ...node.path]);
      case 'Sequence':
        return node.nodes.reduce((next, each) => walk(each, next, path), level);
      case 'Parallel':
        return Math.max(level, ...node.nodes.map((each) => walk(each, level, path)));
      default:
        throw new Error(`a plan with a ${node.kind} is not measured`);
    }
  };
  walk(plan, 0, []);
  return count;
}

function placeOf(owner: string, operation: string, path: readonly unknown[]): string {
  const segments = path.filter((segment) => typeof segment === 'string' || typeof segment === 'number');
  return `${owner} ${segments.join('.')} ${operation}`;
}
