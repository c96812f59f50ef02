/** Keys are replaced and callers shut out while everything runs: no restart, no request lost on the way. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, eventually, startCorridor } from '../setup/corridor.ts';
import { boxNumber, consignment } from '../setup/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-change-'));
const denyList = join(folder, 'deny-list.json');

// What is lost here is lost by a key, not by a busy machine.
const patient = { OWNER_TIMEOUT_MS: '20000', DIRECTORY_TIMEOUT_MS: '20000', QUERY_TIMEOUT_MS: '30000' };

let corridor: Corridor;
beforeAll(async () => {
  writeFileSync(denyList, '[]');
  corridor = await startCorridor({
    only: ['guangxi'],
    env: {
      gateway: { DENY_LIST_FILE: denyList, ...patient },
      guangxi: { DENY_LIST_FILE: denyList },
      directory: { DENY_LIST_FILE: denyList },
    },
  });
});
afterAll(async () => {
  await corridor.close();
  rmSync(folder, { recursive: true });
});

// What the directory knows by itself is not enough: the time zone is told by the owner.
const query = '{ parties { code profile { timeZone } } }';
// A file is looked at once a second.
const seen = (): Promise<void> => wait(1_500);

function put(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What keeps a persona from hearing of Guangxi; undefined: it hears. */
async function faultOf(persona: string): Promise<unknown> {
  const { data, errors } = await corridor.ask(persona, query);
  const guangxi = data?.parties?.find(({ code }: { code: string }) => code === 'guangxi');
  return guangxi?.profile?.timeZone === 'Asia/Shanghai' ? undefined : (errors ?? 'nothing said');
}

/** Whether one of the two refuses for load: then it says so to strangers, too, before it looks at any key. */
async function shedsLoad(): Promise<boolean> {
  const replies = await Promise.all(['guangxi', 'directory'].map((program) => corridor.send(program, '/graphql', { body: '{}' })));
  return replies.some(({ status }) => status === 503);
}

/** Asks again and again while `change` goes on; the answers that were not whole. */
async function failuresDuring(change: () => Promise<void>): Promise<{ readonly asked: number; readonly failed: readonly unknown[] }> {
  let going = true;
  const failed: unknown[] = [];
  let asked = 0;
  const asking = (async () => {
    while (going) {
      const fault = await faultOf('gx-officer');
      asked += 1;
      if (fault !== undefined && !(await shedsLoad())) failed.push(fault);
      await wait(20);
    }
  })();
  await change();
  going = false;
  await asking;
  return { asked, failed };
}

test.each(['guangxi', 'directory'])('the hop key of %s is replaced in three steps', async (owner) => {
  const path = join(corridor.dataFolder, 'secrets', `hop-${owner}`);
  const [old] = read(path) as { id: string; secret: string }[];
  const anew = { id: `gw1>${owner}/2`, secret: randomBytes(32).toString('base64url') };
  const { asked, failed } = await failuresDuring(async () => {
    for (const keys of [[old, anew], [anew, old], [anew]]) {
      put(path, keys);
      await seen();
    }
  });
  expect(failed).toEqual([]);
  expect(asked).toBeGreaterThan(10);
});

test("the gateway's passport key is replaced in three steps, and the old one opens nothing afterwards", async () => {
  const gateways = join(corridor.dataFolder, 'config', 'gateways.json');
  const passportKey = join(corridor.dataFolder, 'secrets', 'passport-key.json');
  const [old] = read(gateways) as { id: string; key: object }[];
  const oldPrivate = read(passportKey);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const kid = { kid: 'gw1-2' };
  const anew = { id: 'gw1', key: { ...publicKey.export({ format: 'jwk' }), ...kid } };
  const { asked, failed } = await failuresDuring(async () => {
    put(gateways, [old, anew]);
    await seen();
    put(passportKey, { ...privateKey.export({ format: 'jwk' }), ...kid });
    await seen();
    expect(await faultOf('cq-officer')).toBeUndefined();
  });
  expect(failed).toEqual([]);
  expect(asked).toBeGreaterThan(10);

  put(gateways, [anew]);
  put(passportKey, oldPrivate);
  await seen();
  const { errors } = await corridor.ask('gz-officer', query);
  expect(errors?.map(({ extensions: { code, owner } }) => [code, owner])).toEqual([['OWNER_UNREACHABLE', 'directory']]);
  put(passportKey, { ...privateKey.export({ format: 'jwk' }), ...kid });
  await seen();
  expect(await faultOf('gz-officer')).toBeUndefined();
});

test('the sealing key of the directory is replaced in three steps, and what is taken in meanwhile is found', async () => {
  const privateFile = join(corridor.dataFolder, 'secrets', 'sealing-key.json');
  const publicFile = join(corridor.dataFolder, 'config', 'sealing-key.public.json');
  const old = read(privateFile);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const anew = privateKey.export({ format: 'jwk' });
  const takenIn: string[] = [];
  const takeIn = async (): Promise<void> => {
    const recordReference = `KEYS-${takenIn.length + 1}`;
    const box = boxNumber(410_000 + takenIn.length);
    const route = [
      ['CNCQI', 'CQ'],
      ['CNQZH', 'GX'],
      ['SGSIN', 'SG'],
    ] as const;
    const body = consignment({ recordReference, ucr: `4CN91500000MA0000000X-00${recordReference}`, box, route });
    const { status } = await corridor.post('guangxi', 'gx-terminal-system', {
      contentType: 'application/json',
      format: 'consignment.v1',
      body,
    });
    expect(status).toBe(200);
    takenIn.push(box);
    await corridor.caughtUp();
  };
  await takeIn();
  put(privateFile, [old, anew]);
  await seen();
  await takeIn();
  put(publicFile, publicKey.export({ format: 'jwk' }));
  await seen();
  await takeIn();
  put(privateFile, anew);
  await seen();
  await takeIn();
  const found = '{ consignments(filter: { equipmentReference: "?" }) { nodes { id } } }';
  for (const box of takenIn) {
    const { data, errors } = await corridor.ask('gx-officer', found.replace('?', box));
    expect([box, errors, data?.consignments.nodes.length]).toEqual([box, undefined, 1]);
  }
});

test('content that cannot be right leaves the keys in force', async () => {
  const path = join(corridor.dataFolder, 'secrets', 'hop-guangxi');
  const keys = read(path);
  const { failed } = await failuresDuring(async () => {
    for (const wrong of [
      [],
      [{ id: 'gw1>gansu/1', secret: randomBytes(32).toString('base64url') }],
      [{ id: 'gw1>guangxi/3', secret: 'short' }],
      'x',
    ]) {
      put(path, wrong);
      await wait(1_100);
    }
    put(path, keys);
    await seen();
  });
  expect(failed).toEqual([]);
});

test('a caller on the deny list is shut out at once, at the gateway and at an owner, and is let in again after the end of its line', async () => {
  const statusAt = async (client: string, program: string, path: string, method = 'GET'): Promise<number> => {
    const authorization = `Bearer ${await corridor.token(client)}`;
    const body = method === 'POST' ? JSON.stringify({ query: '{ __typename }' }) : undefined;
    const reply = await corridor.send(program, path, {
      method,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body }),
    });
    return reply.status;
  };
  const doors = async (): Promise<readonly number[]> => [
    await statusAt('cq-officer', 'gateway', '/graphql', 'POST'),
    await statusAt('gx-officer', 'gateway', '/graphql', 'POST'),
    await statusAt('gx-officer-at-gx', 'guangxi', '/owner/graphql', 'POST'),
    await statusAt('feed-directory-gx', 'guangxi', '/feed?wait=0'),
    await statusAt('gx-officer-at-directory', 'directory', '/directory/mine'),
  ];
  expect(await doors()).toEqual([200, 200, 200, 200, 200]);
  const { iss } = decodeJwt(await corridor.token('cq-officer'));
  const client = (name: string, rest: object = {}): object => ({ issuer: iss, client: name, ...rest });
  put(denyList, [client('cq-officer', { reason: 'left the office' }), client('gx-officer-at-gx'), client('gx-officer-at-directory')]);
  await seen();
  expect(await doors()).toEqual([401, 200, 401, 200, 401]);
  const end = new Date(Date.now() + 4_000).toISOString();
  put(denyList, [client('cq-officer', { until: end }), { issuer: iss, subject: decodeJwt(await corridor.token('feed-directory-gx')).sub }]);
  await seen();
  expect(await doors()).toEqual([401, 200, 200, 401, 200]);
  put(denyList, 'not a list');
  await seen();
  expect((await doors())[3]).toBe(401);
  expect(await eventually(async () => ((await doors())[0] === 200 ? 'in again' : undefined))).toBe('in again');
  put(denyList, []);
  await seen();
  expect(await doors()).toEqual([200, 200, 200, 200, 200]);
});
