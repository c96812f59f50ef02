import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

let server: Server;
let proxy: FaultProxy;
let agent: Agent;
let served = 0;
beforeEach(async () => {
  served = 0;
  server = createServer((_request, response) => {
    served += 1;
    response.end('x'.repeat(2_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  agent = new Agent({ connections: 1 });
});
afterEach(async () => {
  await agent.destroy();
  await proxy.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = async (withinMs = 5_000): Promise<number | string> => {
  try {
    const { body } = await request(proxy.url, { dispatcher: agent, signal: AbortSignal.timeout(withinMs) });
    return (await body.text()).length;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
};

test('without a fault it is not there; connections are kept', async () => {
  expect([await ask(), await ask(), proxy.accepted, proxy.asked, proxy.waiting, served]).toEqual([2_000, 2_000, 1, 1, 0, 2]);
});

test('a delay holds back the answer, not the question', async () => {
  await proxy.set({ is: 'delay', ms: 400 });
  expect([await ask(150), served]).toEqual(['TimeoutError', 1]);
  expect([await ask(), served]).toEqual([2_000, 2]);
});

test('a hung server takes the connection and says nothing, on open connections too; afterwards these are ended', async () => {
  await ask();
  await proxy.set({ is: 'hang' });
  expect([await ask(200), await ask(200), served]).toEqual(['TimeoutError', 'TimeoutError', 1]);
  await proxy.set({ is: 'none' });
  await expect.poll(() => ask()).toBe(2_000);
  expect(served).toBe(2);
});

test('a reset cuts the connection, a refusal closes the port, and both end', async () => {
  await proxy.set({ is: 'reset' });
  expect(await ask()).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  await proxy.set({ is: 'refuse' });
  expect([await ask(), served]).toEqual(['ECONNREFUSED', 0]);
  await proxy.set({ is: 'none' });
  expect([await ask(), served]).toEqual([2_000, 1]);
});

test('throttled bytes trickle: the head comes, the end does not come in time', async () => {
  await proxy.set({ is: 'throttle', bytesPerSecond: 200 });
  expect([await ask(500), served]).toEqual(['TimeoutError', 1]);
  await proxy.set({ is: 'none' });
  expect(await ask()).toBe(2_000);
});

test('closed, it leaves no connection and no port', async () => {
  await ask();
  await proxy.close();
  await expect.poll(() => ask()).toBe('ECONNREFUSED');
  expect(proxy.waiting).toBe(0);
});
