import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findPortBlock, isPortFree } from './ports.ts';

const opened: Server[] = [];
afterEach(() => Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

async function listener(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  opened.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const without =
  (...taken: number[]) =>
  async (port: number): Promise<boolean> =>
    !taken.includes(port);

test('a free block starts at the base', async () => {
  expect(await findPortBlock({ base: 4000, explicit: false, isFree: without(4008, 4010) })).toBe(4000);
});

test('one taken port moves the whole block to the next free one', async () => {
  expect(await findPortBlock({ base: 4000, explicit: false, isFree: without(4003, 4017, 4020) })).toBe(4030);
});

test('a base asked for explicitly is not replaced: the port in the way is named', async () => {
  await expect(findPortBlock({ base: 5000, explicit: true, isFree: without(5004) })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    detail: '5004, one of the 8 from 5000',
  });
});

test('the admin listeners, a hundred further on, are part of the block', async () => {
  expect(await findPortBlock({ base: 4000, explicit: false, isFree: without(4103) })).toBe(4010);
  await expect(findPortBlock({ base: 5000, explicit: true, isFree: without(5104) })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    detail: '5104, one of the 8 from 5100',
  });
});

test('no block reaches into the ports of outgoing connections', async () => {
  expect(await findPortBlock({ base: 32_660, explicit: true, isFree: without() })).toBe(32_660);
  await expect(findPortBlock({ base: 32_661, explicit: true, isFree: without() })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  await expect(findPortBlock({ base: 32_650, explicit: false, isFree: without(32_650, 32_660) })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
  });
});

test('a port is taken by a listener on loopback, on all addresses, or on ::1 alone', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1']) {
    const port = await listener(host).catch(() => undefined); // a machine may have no IPv6
    if (port !== undefined) expect([host, await isPortFree(port)]).toEqual([host, false]);
  }
  const port = await listener('127.0.0.1');
  await new Promise((resolve) => opened.pop()?.close(resolve));
  expect(await isPortFree(port)).toBe(true);
});
