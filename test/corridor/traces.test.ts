/**
 * One trace id, from the gateway through an owner to its database and into its access log. Spans go to a receiver of OTLP over HTTP in this process, and
 * nowhere else.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, eventually, startCorridor } from '../setup/corridor.ts';
import { consignment } from '../setup/messages.ts';

type Attribute = { readonly key: string; readonly value: { readonly stringValue?: string; readonly intValue?: number } };
type Received = {
  readonly program: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
};

const spans: Received[] = [];
const bodies: string[] = [];
let receiver: Server;
let corridor: Corridor;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      bodies.push(body);
      if (request.url === '/v1/traces') spans.push(...spansIn(body));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}` };
  // A busy machine answers slowly, and slowness is no matter of this test.
  const patient = { OWNER_TIMEOUT_MS: '5000', DIRECTORY_TIMEOUT_MS: '5000', QUERY_TIMEOUT_MS: '10000' };
  corridor = await startCorridor({ only: ['guangxi'], env: { gateway: { ...traced, ...patient }, guangxi: traced, directory: traced } });
}, 240_000);
afterAll(async () => {
  await corridor?.close();
  receiver?.close();
});

/** The body of an export request in JSON (OTLP specification 1.x, section "JSON Protobuf Encoding"). */
function spansIn(body: string): Received[] {
  const { resourceSpans = [] } = JSON.parse(body) as {
    resourceSpans?: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Omit<Received, 'program'>[] }[] }[];
  };
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const program = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans: each }) => each.map((span) => ({ ...span, program })));
  });
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const ucr = '4CN91620100MA0000015W-000777';
const document = `query WhoIsThere($reference: String!) {
  consignments(first: 1, filter: { key: { referenceType: "UCR", reference: $reference } }) {
    nodes { records(first: 5) { nodes { id record { id consignmentStatus } } } }
  }
}`;

test('one trace id leads from the gateway through the owner to its statement and into its access log', async () => {
  const message = consignment({
    recordReference: 'guangxi-777',
    ucr,
    box: 'LSCU3000020',
    route: [
      ['CNQZH', 'GX'],
      ['SGSIN', 'SG'],
    ],
  });
  await corridor.post('guangxi', 'gx-terminal-system', { contentType: 'application/json', format: 'consignment.v1', body: message });
  await corridor.caughtUp();
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const answer = await corridor.ask('sg-terminal', document, { reference: ucr }, { traceparent });
  expect([answer.errors, answer.data?.consignments.nodes[0].records.nodes[0].record.consignmentStatus]).toEqual([undefined, 'BOOKED']);
  const ours = () => spans.filter((span) => span.traceId === traceId);
  const found = await eventually(async () => {
    const names = new Set(ours().map(({ program, name }) => `${program} ${name}`));
    return names.has('gateway POST /graphql') &&
      [...names].some((name) => name.startsWith('guangxi SELECT')) &&
      names.has('guangxi POST /graphql')
      ? ours()
      : undefined;
  }, 20_000);
  expect(found?.map(({ program, name }) => `${program} ${name}`)).toEqual(
    expect.arrayContaining([
      'gateway POST /graphql',
      'gateway ask directory',
      'gateway ask guangxi',
      'directory POST /graphql',
      'guangxi POST /graphql',
    ]),
  );
  // The chain, link by link: each step is a step of the one before.
  const byId = new Map(found?.map((span) => [span.spanId, span]));
  const statement = found?.find(({ program, name }) => program === 'guangxi' && name.startsWith('SELECT'));
  const chain: string[] = [];
  for (let span = statement; span !== undefined; span = byId.get(span.parentSpanId ?? '')) chain.push(`${span.program} ${span.name}`);
  expect(chain.slice(1)).toEqual(['guangxi POST /graphql', 'gateway ask guangxi', 'gateway POST /graphql']);
  const root = found?.find(({ program, name }) => program === 'gateway' && name === 'POST /graphql');
  expect(root?.parentSpanId).toBe('b7ad6b7169203331');

  const log = await corridor.askOwner('gx-officer-at-gx', 'guangxi', '{ profile { accessLog(first: 100) { nodes { traceId } } } }');
  expect(log.data?.profile.accessLog.nodes.map(({ traceId: logged }: { traceId: string }) => logged)).toContain(traceId);
});

test('a span holds names of routes, owners and statements, and nothing a caller or a record said', () => {
  const allowed = new Set([
    'http.request.method',
    'http.route',
    'http.response.status_code',
    'corridor.owner',
    'error.type',
    'db.system.name',
    'db.query.summary',
  ]);
  expect(spans.length).toBeGreaterThan(0);
  for (const { name, attributes } of spans) {
    expect([name, attributes.map(({ key }) => key).filter((key) => !allowed.has(key))]).toEqual([name, []]);
    expect(name).toMatch(/^((GET|POST) \/[a-z/]*|ask [a-z]+|[A-Z]+( [a-z_]+)?)$/);
  }
  const sent = bodies.join('');
  for (const secret of [ucr, 'LSCU3000020', 'WhoIsThere', 'consignmentStatus', 'Bearer', 'sg-terminal'])
    expect([secret, sent.includes(secret)]).toEqual([secret, false]);
});
