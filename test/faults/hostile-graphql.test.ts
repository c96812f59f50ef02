/**
 * Fault 10: hostile GraphQL. 2,000 requests by default, HOSTILE_DOCUMENTS=20000 for the long form; HOSTILE_SEED repeats a run that is printed. Owners are
 * simulated and count what reaches them; what is measured is the planner's CPU, apart from everything else.
 */
import { readFileSync } from 'node:fs';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { supergraphFile } from '@corridor/schemas';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type Answer, type Federation, startFederation } from '../gateway/federation.ts';
import { hostileRequests } from './hostile-documents.ts';

const count = Number(process.env['HOSTILE_DOCUMENTS'] ?? 2_000);
const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);
/** What one plan may take. */
const planMs = 200;
/** Questions one request may lead to: five owners and the directory, at as many places as a weight of 1,000 allows. */
const mostQuestions = 120;

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation();
});
afterAll(() => federation?.close());

const received = (): number =>
  [federation.directory, federation.guangxi, federation.chongqing].reduce((sum, { received: all }) => sum + all.length, 0);
const codesOf = ({ json }: Answer): string[] => (json.errors ?? []).map(({ extensions }) => (extensions as { code: string }).code);

test('hostile requests are answered or refused with a code, never with a fault of ours, and no plan takes longer than it may', {
  timeout: 120_000 + count * 200,
}, async () => {
  const run = `hostile GraphQL: HOSTILE_DOCUMENTS=${count} HOSTILE_SEED=${seed}`;
  process.stdout.write(`${run}\n`);
  const introspected = await federation.ask(getIntrospectionQuery({ descriptions: false }));
  const next = hostileRequests(buildClientSchema(introspected.json.data as IntrospectionQuery), seed);
  const planner = createPlanner();
  const figures = { answered: 0, planned: 0, slowestPlanMs: 0, questions: 0, codes: new Map<string, number>() };
  let last = '';
  onTestFailed(() => void process.stdout.write(`${run} failed at ${last.slice(0, 2_000)}\n`));

  for (let at = 0; at < count; at += 1) {
    const request = next();
    last = JSON.stringify(request);
    const before = received();
    const answer = await untilHeard(request);
    const questions = received() - before;
    expect([request.kind, answer.status < 500, questions <= mostQuestions]).toEqual([request.kind, true, true]);
    for (const code of codesOf(answer)) figures.codes.set(code, (figures.codes.get(code) ?? 0) + 1);
    if (answer.status >= 400) {
      expect([request.kind, codesOf(answer).length > 0, questions]).toEqual([request.kind, true, 0]);
      continue;
    }
    figures.answered += 1;
    figures.questions = Math.max(figures.questions, questions);
    if (request.document === undefined || request.kind === 'introspection') continue;
    figures.planned += 1;
    figures.slowestPlanMs = Math.max(figures.slowestPlanMs, planner(request.document));
  }
  process.stdout.write(
    `${run}: ${figures.answered} answered, ${figures.planned} planned, slowest plan ${figures.slowestPlanMs.toFixed(0)} ms of CPU, at most ${figures.questions} questions to owners, ${JSON.stringify(Object.fromEntries(figures.codes))}\n`,
  );
  expect(figures.planned).toBeGreaterThan(count / 20);
  expect(
    ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'QUERY_TOO_LARGE', 'BAD_REQUEST', 'BODY_TOO_LARGE'].filter(
      (code) => !figures.codes.has(code),
    ),
  ).toEqual([]);
  expect(figures.slowestPlanMs).toBeLessThan(planMs);
});

test.each<[string, string, string]>([
  [
    'twenty records of every kind by one fragment (four seconds of planning when it was let through)',
    `{ ${Array.from({ length: 20 }, (_, at) => `a${at}: record(id: "x") { ...F }`).join(' ')} } fragment F on PartyOwned { ${['Port', 'Terminal', 'TrainCall', 'VesselCall', 'ConsignmentRecord', 'EquipmentRecord'].map((kind) => `... on ${kind} { id partyCode }`).join(' ')} }`,
    'QUERY_TOO_LARGE',
  ],
  ['more than twenty root fields', `{ ${Array.from({ length: 21 }, (_, at) => `a${at}: parties { code }`).join(' ')} }`, 'QUERY_TOO_LARGE'],
  [
    'root fields hidden in fragments',
    `{ ...F ...F } fragment F on Query { ${Array.from({ length: 11 }, (_, at) => `a${at}: parties { code }`).join(' ')} }`,
    'QUERY_TOO_LARGE',
  ],
  [
    'what costs too much and is too hard to plan: its cost is looked at first',
    `{ ${Array.from({ length: 21 }, (_, at) => `a${at}: consignments(first: 100) { nodes { records(first: 100) { nodes { id } } } }`).join(' ')} }`,
    'COST_LIMIT',
  ],
])('%s is refused before it is planned', async (_, query, code) => {
  const before = received();
  const answer = await federation.ask(query);
  expect([answer.status, codesOf(answer), received() - before]).toEqual([400, [code], 0]);
});

// A limit on requests in flight and a busy machine: OVERLOADED is an answer, and not the one looked for.
async function untilHeard(request: Parameters<Federation['send']>[0]): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await federation.send(request);
    if (answer.status !== 503 || !codesOf(answer).includes('OVERLOADED') || attempt === 20) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** CPU of planning a document that was let through, in ms: of up to four tries the least, since the first ones also compile. */
function createPlanner(): (document: string) => number {
  const supergraph = Supergraph.build(readFileSync(supergraphFile, 'utf8'));
  const planner = new QueryPlanner(supergraph, { generateQueryFragments: true });
  const api = supergraph.apiSchema();
  return (document) => {
    let least = Number.POSITIVE_INFINITY;
    for (let attempt = 1; attempt <= 4 && least > planMs / 2; attempt += 1) {
      const parsed = parse(document);
      const [name] = parsed.definitions.flatMap((node) => (node.kind === 'OperationDefinition' ? [node.name?.value] : []));
      const before = process.cpuUsage();
      planner.buildQueryPlan(operationFromDocument(api, parsed, name === undefined ? {} : { operationName: name }));
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1_000);
    }
    return least;
  };
}
