import { afterEach, expect, test } from 'vitest';
import type { ReadyCheck } from './health.ts';
import { createLogger } from './logger.ts';
import { labelValues, metricTable } from './metric-table.ts';
import { createOperations, type Operations, operationsSettings } from './operations.ts';
import { createServer, listen, type Server } from './server.ts';
import { systemRandom } from './system.ts';

const log = createLogger({ name: 'gateway', stream: { write: () => {} } });
const settings = { adminHost: '127.0.0.1', adminPort: 0 };
const opened: { close(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));

async function aProgram(
  ready: () => Promise<ReadyCheck[]> = async () => [],
): Promise<{ server: Server; url: string; operations: Operations }> {
  const issuers = [{ issuer: 'https://id.example.org/realms/corridor' }];
  const operations = await createOperations({ name: 'gateway', settings, issuers, log, clock: Date.now, random: systemRandom });
  const server = createServer({ name: 'gateway', log, clock: Date.now, ready, operations, inFlightLimit: 1 });
  opened.push(server, operations);
  server.get('/consignments/:id', async () => ({ found: true }));
  server.post('/graphql', async () => ({ data: {} }));
  await operations.open(ready);
  return { server, url: await listen(server, { host: '127.0.0.1', port: 0 }), operations };
}

const read = async (url: string | undefined): Promise<string> => (await fetch(url ?? '')).text();

/** Labels in Prometheus' text format, by name. */
function labelsIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of text.split('\n').filter((each) => each.startsWith('corridor_') && each.includes('{')))
    for (const [, name = '', value = ''] of line.slice(line.indexOf('{')).matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g))
      found.set(name, (found.get(name) ?? new Set()).add(value));
  return found;
}

test('a request is counted by its code and timed, one that was refused as well; health is not', async () => {
  const { url, operations } = await aProgram();
  await fetch(`${url}/consignments/17`);
  await fetch(`${url}/nothing-here`);
  await Promise.all(['/livez', '/readyz'].map((path) => fetch(url + path)));
  const text = await read(`${operations.adminUrl}/metrics`);
  expect(text.match(/^corridor_requests_total.*$/gm)).toEqual([
    'corridor_requests_total{code="OK"} 1',
    'corridor_requests_total{code="NOT_FOUND"} 1',
  ]);
  expect(text).toMatch(/^corridor_request_seconds_count 2$/m);
  expect(text).toMatch(/^corridor_in_flight 0$/m);
  expect(text).toMatch(/^corridor_shed_total\{reason="in_flight"\} 0$/m);
  expect(text).toMatch(/^corridor_nodejs_eventloop_lag_p99_seconds /m);
});

test('no id, no path and no text of a query becomes a label, whoever puts it there', async () => {
  const { url, operations } = await aProgram();
  const secret = 'LSCU1000016';
  await fetch(`${url}/consignments/${secret}`);
  await fetch(`${url}/${secret}?query=${secret}`);
  await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': secret, 'x-request-id': secret },
    body: `{ consignment(id: "${secret}") { id } }`,
  });
  const { metrics } = operations;
  metrics.count('owner_errors_total', { owner: secret, code: secret });
  metrics.time('owner_seconds', 0.1, { owner: secret });
  metrics.gauge('jwks_age_seconds', () => [
    { labels: { issuer: secret }, value: 1 },
    { labels: { issuer: 'https://id.example.org/realms/corridor' }, value: 2 },
  ]);
  const text = await read(`${operations.adminUrl}/metrics`);
  expect(text).not.toContain(secret);
  expect(text).toContain('corridor_owner_errors_total{owner="other",code="other"} 1');
  // Closed lists, and those of the process's own metrics.
  const closed: Readonly<Record<string, ReadonlySet<string>>> = {
    ...labelValues,
    issuer: new Set(['https://id.example.org/realms/corridor']),
  };
  const ofTheProcess = new Set(['le', 'version', 'major', 'minor', 'patch', 'kind', 'type', 'space']);
  for (const [label, values] of labelsIn(text)) {
    if (ofTheProcess.has(label)) continue;
    expect([label, [...values].filter((value) => value !== 'other' && !closed[label]?.has(value))]).toEqual([label, []]);
  }
});

test('operators read every check with its reason; others learn only that the program is not ready', async () => {
  const { url, operations } = await aProgram(async () => [
    { name: 'database', ok: true },
    { name: 'access log', ok: false, detail: 'the database is read-only' },
  ]);
  const detail = await fetch(`${operations.adminUrl}/healthz`);
  expect([detail.status, await detail.json()]).toEqual([
    503,
    {
      status: 'not ready',
      name: 'gateway',
      upSeconds: expect.any(Number),
      checks: [
        { name: 'database', ok: true },
        { name: 'access log', ok: false, detail: 'the database is read-only' },
      ],
    },
  ]);
  const told = await fetch(`${url}/readyz`);
  expect([told.status, (await told.text()).includes('read-only')]).toEqual([503, false]);
  expect((await fetch(`${url}/healthz`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});

test('a gauge that cannot be read is left out, and takes no other along', async () => {
  const { operations } = await aProgram();
  operations.metrics.gauge('outbox_waiting_seconds', () => Promise.reject(new Error('the database is away')));
  operations.metrics.gauge('database_up', () => [{ value: 0 }]);
  const text = await read(`${operations.adminUrl}/metrics`);
  expect(text).not.toMatch(/^corridor_outbox_waiting_seconds /m);
  expect(text).toMatch(/^corridor_database_up 0$/m);
});

test('two programs of one process count apart', async () => {
  const [one, other] = [await aProgram(), await aProgram()];
  await fetch(`${one.url}/consignments/1`);
  const counted = async ({ operations }: { operations: Operations }): Promise<string | undefined> =>
    /^corridor_requests_total\{code="OK"\} (\d)$/m.exec(await read(`${operations.adminUrl}/metrics`))?.[1];
  expect([await counted(one), await counted(other)]).toEqual(['1', '0']);
});

test('the admin port is the program’s plus 100, unless it is set', () => {
  const read = { ADMIN_HOST: '127.0.0.1' };
  expect(operationsSettings({ ...read, PORT: 4000 })).toEqual({ adminHost: '127.0.0.1', adminPort: 4100, traceEndpoint: undefined });
  expect(operationsSettings({ ...read, PORT: 4000, ADMIN_PORT: 9000 })).toMatchObject({ adminPort: 9000 });
  expect(operationsSettings({ ...read, PORT: 0 })).toMatchObject({ adminPort: 0 });
  expect(() => operationsSettings({ ...read, PORT: 65_500 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('every metric has a closed list for each of its labels', () => {
  const known = new Set([...Object.keys(labelValues), 'issuer']);
  expect(Object.values(metricTable).flatMap(({ labels }) => labels.filter((label) => !known.has(label)))).toEqual([]);
});
