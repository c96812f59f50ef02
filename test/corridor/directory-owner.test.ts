/** An owner's administrator at the directory, as the demo lets one be: by its routes, and by `npm run directory:log`, `directory:mine`, `directory:links`. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@corridor/runtime';
import { openStore } from '@corridor/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, eventually, startCorridor } from '../setup/corridor.ts';
import { consignment } from '../setup/messages.ts';

const ucr = '4CN91620100MA0000015W-000777';
const checkout = fileURLToPath(new URL('../../', import.meta.url));
let corridor: Corridor;
beforeAll(async () => {
  // How long an answer may take is not what is tested here.
  const patient = { DIRECTORY_TIMEOUT_MS: '20000', OWNER_TIMEOUT_MS: '20000', QUERY_TIMEOUT_MS: '30000' };
  corridor = await startCorridor({ only: ['guangxi', 'chongqing'], env: { gateway: patient } });
  const programs = Object.fromEntries(['guangxi', 'chongqing', 'directory'].map((name) => [name, { url: corridor.urlOf(name) }]));
  const token = { corridor: `${corridor.urlOf('issuer')}/realms/corridor/protocol/openid-connect/token` };
  const urls = { graphql: `${corridor.urlOf('gateway')}/graphql`, token };
  writeFileSync(join(corridor.dataFolder, 'corridor.json'), JSON.stringify({ urls, programs }));
  for (const [party, client] of [
    ['guangxi', 'gx-terminal-system'],
    ['chongqing', 'cq-terminal-system'],
  ] as const) {
    await corridor.post(party, client, {
      contentType: 'application/json',
      format: 'consignment.v1',
      body: consignment({
        recordReference: `${party}-777`,
        ucr,
        box: 'LSCU3000020',
        route: [
          ['CNCQI', 'CQ'],
          ['CNQZH', 'GX'],
        ],
      }),
    });
  }
  await corridor.caughtUp();
});
afterAll(() => corridor.close());

function run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly complaint: string }> {
  const line = ['--import', 'tsx', '--conditions=corridor:source', 'packages/cli/src/main.ts', 'directory', ...args];
  const env = { PATH: process.env['PATH'], CORRIDOR_DATA: corridor.dataFolder };
  return new Promise((resolve) => {
    execFile(process.execPath, line, { cwd: checkout, env, maxBuffer: 64 * 1024 * 1024 }, (error, out, complaint) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, complaint });
    });
  });
}
const get = async (path: string, client: string | null) => {
  const headers: Record<string, string> = client === null ? {} : { authorization: `Bearer ${await corridor.token(client)}` };
  // All programs share one process: one at work makes another refuse as OVERLOADED, and it is asked again.
  const ask = async () => {
    const { status, text } = await corridor.send('directory', path, { method: 'GET', headers });
    return status === 503 ? undefined : { status, body: JSON.parse(text) };
  };
  return (await eventually(ask)) ?? { status: 503, body: {} };
};
const question =
  'query ($ucr: String!) { consignments(first: 1, filter: { key: { referenceType: "UCR", reference: $ucr } }) { nodes { id } } }';

test.each(['/directory/log', '/directory/mine', '/directory/links'])(
  '%s answers an auditor of an owner, and nobody else whom the demo knows',
  async (path) => {
    const answers = await Promise.all(
      ['gx-officer-at-directory', 'cq-officer-at-directory'].map(async (client) => {
        const { status, body } = await get(path, client);
        return [status, body.owner];
      }),
    );
    expect(answers).toEqual([
      [200, 'guangxi'],
      [200, 'chongqing'],
    ]);
    for (const client of [
      null,
      'gx-officer',
      'gx-officer-at-gx',
      'feed-gx-gx',
      'feed-directory-gx',
      'lz-forwarder',
      'sg-terminal',
      'gx-terminal-system',
    ]) {
      expect(await get(path, client)).toEqual({
        status: 401,
        body: {
          errors: [
            {
              message: expect.any(String),
              extensions: { code: 'UNAUTHENTICATED', retryable: false, correlationId: expect.stringMatching(/^[0-9a-f]{32}$/) },
            },
          ],
        },
      });
    }
  },
);

test('the owner reads who looked up its entries, hit or miss, and the chain is checked where it is read', {
  timeout: 240_000,
}, async () => {
  const found = await corridor.ask('cq-officer', question, { ucr });
  expect(found.data.consignments.nodes).toHaveLength(1);
  const missed = await corridor.ask('gx-officer', question, { ucr: '4CN91620100MA0000015W-UNKNOWN' });
  expect(missed.data.consignments.nodes).toEqual([]);

  const { code, out, complaint } = await run('log', 'gx-officer', '--json');
  expect([code, complaint]).toEqual([0, '']);
  const { owner, lines, check } = JSON.parse(out);
  expect([owner, check]).toEqual(['guangxi', { is: 'holds', head: { position: lines.length, chain: lines.at(-1).chain }, kept: null }]);
  const record = expect.stringMatching(/^guangxi:consignment-record:/);
  const line = {
    operation: expect.any(String),
    gateway: expect.any(String),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    salt: expect.any(String),
    org: null,
  };
  expect(lines.map(({ body }: { body: object }) => body)).toEqual([
    { ...line, hit: true, party: 'CQ', purpose: 'corridor-operations', recordIds: [record], asked: null },
    { ...line, hit: false, party: 'GX', purpose: 'corridor-operations', recordIds: [], asked: expect.any(Object) },
  ]);
  // neither what was sought stands there in clear, nor who the person was
  expect(out).not.toMatch(/MA0000015W|officer/);

  const people = await run('log', 'gx-officer', '--head', join(corridor.dataFolder, 'guangxi.head.json'));
  expect([people.code, people.out]).toEqual([
    0,
    expect.stringMatching(
      / CQ +corridor-operations +\S+ +hit +guangxi:consignment[\s\S]* GX +corridor-operations [\s\S]* miss\n\n2 lines\.\nThe chain holds from line 1 to 2: /,
    ),
  ]);
  // the other owner reads of its own record, and not of Guangxi's miss
  const other = JSON.parse((await run('log', 'cq-officer', '--json')).out);
  expect(other.lines.map(({ body }: { body: { recordIds: string[] } }) => body.recordIds)).toEqual([
    [expect.stringMatching(/^chongqing:consignment-record:/)],
  ]);
});

test('the owner reads by which key its record was joined with the other owner’s', { timeout: 240_000 }, async () => {
  const { code, out } = await run('links', 'gx-officer', '--json');
  const { entries } = JSON.parse(out);
  const [joined] = entries.filter(({ noun }: { noun: string }) => noun === 'consignment-record');
  expect([code, joined]).toEqual([
    0,
    {
      id: expect.stringMatching(/^guangxi:consignment-record:/),
      noun: 'consignment-record',
      withdrawn: false,
      consignmentId: expect.stringMatching(/^directory:consignment:/),
      alias: expect.stringMatching(/^directory:consignment:/),
      joins: [
        {
          keyKind: 'UCR',
          index: expect.stringMatching(/^[0-9a-f]{64}$/),
          overfull: false,
          recordIds: [expect.stringMatching(/^chongqing:consignment-record:/)],
        },
      ],
      links: [],
    },
  ]);
});

test('what the directory holds equals what the owner tells; what is lost or altered in it is named, and a rebuild mends it', {
  timeout: 240_000,
}, async () => {
  const equal = await run('mine', 'gx-officer');
  expect([equal.code, equal.complaint]).toEqual([0, '']);
  expect(equal.out).toMatch(
    /consignment-record +1 +0\n[\s\S]*Compared with the owner's feed: (\d+) records told, \1 held, no difference\.\n$/,
  );

  await corridor.stop('directory');
  const store = await openStore({ model: 'directory', owner: 'directory', dataDir: corridor.dataFolder, clock: systemClock });
  const [lost, altered] = await store.transaction(async (tx) => {
    const ids = await tx.query<{ id: string }>(`select id from entry where party = 'guangxi' and noun = 'port' order by id limit 2`);
    await tx.execute('delete from entry where id = $1', ids[0]?.id ?? '');
    await tx.execute('update entry set revision = 7 where id = $1', ids[1]?.id ?? '');
    return ids.map(({ id }) => id);
  });
  await store.close();
  await corridor.start('directory');
  const differing = await run('mine', 'gx-officer', '--json');
  const told = { revision: 1, withdrawn: false };
  expect([differing.code, JSON.parse(differing.out).differences]).toEqual([
    3,
    [
      { id: lost, is: 'missing', told, held: null },
      { id: altered, is: 'ahead', told, held: { revision: 7, withdrawn: false } },
    ],
  ]);

  await corridor.rebuildDirectory();
  const mended = await run('mine', 'gx-officer');
  expect([mended.code, mended.out.split('\n').at(-2)]).toEqual([0, equal.out.split('\n').at(-2)]);
  // the log stays: it holds from its first line, over the rebuild
  const log = await run('log', 'gx-officer', '--head', join(corridor.dataFolder, 'guangxi.head.json'));
  expect([log.code, log.out]).toEqual([0, expect.stringContaining('It goes on behind line 2 as it was kept.')]);
});
