import dns from 'node:dns';
import { connect, isIP } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Federation, startFederation } from './federation.ts';

const asked = new Set<string>();
const lookup = dns.lookup;
vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) => {
  asked.add(name);
  return Reflect.apply(lookup, dns, [name, ...rest]);
}) as typeof dns.lookup);

let corridor: Federation;
beforeAll(async () => {
  corridor = await startFederation();
});
afterAll(() => corridor.close());
afterEach(() => vi.restoreAllMocks());

test('starting and answering looks up no name outside this machine: nothing is reported to anybody', async () => {
  const { status } = await corridor.ask('{ facilities { nodes { id facility { id facilityName { en } } } } }');
  expect(status).toBe(200);
  // the watch sees what a connection looks up
  await new Promise((resolve) => connect({ host: 'localhost', port: 9 }).once('error', resolve));
  expect([...asked].filter((name) => isIP(name) === 0)).toEqual(['localhost']);
  expect(process.env['APOLLO_TELEMETRY_DISABLED']).toBe('true');
});
