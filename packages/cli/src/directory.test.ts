// Long: three commands against one stand-in of the directory's routes, and whole screens as people read them.
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainOf } from '@corridor/audit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { directory } from './directory.ts';
import { directoryHelp, readDirectoryCommand } from './directory-usage.ts';

// An issuer, a directory and an owner's feed on one port. What the routes answer is made here, chain included; what is tested is what becomes of it.
const folder = mkdtempSync(join(tmpdir(), 'corridor-directory-'));
let server: Server;
let url = '';
let asked: string[] = [];
let lines: { position: number; id: string; at: string; body: object; chain: string }[] = [];
let head = { position: 0, chain: '' };
let held: { id: string; revision: number; withdrawn?: boolean; audience?: string }[] = [];
let told: { id: string; revision: number; withdrawn?: boolean }[] = [];
let refusal: { status: number; body: object } | undefined;
let onLook: () => void = () => undefined;

const lookup = (over: object = {}): object => ({
  operation: 'facilities',
  hit: true,
  party: 'CQ',
  org: null,
  purpose: 'corridor-operations',
  gateway: 'gw1',
  traceId: 'a'.repeat(32),
  recordIds: ['guangxi:port:0000000000000001'],
  asked: null,
  salt: 'salt',
  ...over,
});
const split = { operation: 'split', consignmentId: 'directory:consignment:c', parts: [], source: null, recordIds: [], salt: 'salt' };

function seal(bodies: readonly object[]): void {
  let chain: Uint8Array = new Uint8Array(32);
  lines = bodies.map((body, index) => {
    const entry = { id: `directory:access-log-entry:${index}`, at: `2026-11-24T12:00:0${index}.000000Z`, body };
    chain = chainOf(chain, entry);
    return { position: index + 1, ...entry, chain: Buffer.from(chain).toString('hex') };
  });
  head = { position: lines.length, chain: lines.at(-1)?.chain ?? '00'.repeat(32) };
}

const pageOf = (path: string, query: URLSearchParams): object => {
  const after = query.get('after');
  if (path === '/directory/log') {
    const from = Number(after);
    const page = lines.slice(from, from + 2);
    return { owner: 'guangxi', lines: page, next: from + page.length, more: from + page.length < lines.length, head };
  }
  if (path === '/directory/links') return { owner: 'guangxi', entries: evidence, next: null };
  const page = held.filter(({ id }) => after === null || id > after).slice(0, 2);
  const more = held.some(({ id }) => id > (page.at(-1)?.id ?? '~'));
  return {
    owner: 'guangxi',
    feed: { state: 'current', cursor: 'c', appliedDateTime: '2026-11-24T12:00:00.000Z', secondsSinceApplied: 3, waitingMs: 0 },
    counts: { entries: held.length, withdrawn: 0 },
    entries: page.map(({ id, revision, withdrawn = false, audience = 'a1' }) => {
      return {
        id,
        noun: 'consignment-record',
        revision,
        withdrawn,
        changedDateTime: '2026-11-24T12:00:00.000Z',
        audience,
        references: 1,
        links: [],
      };
    }),
    audiences: {
      a1: {
        members: 3,
        parties: [
          { party: 'CQ', org: '*', role: '*', purpose: '*' },
          { party: 'GX', org: '*', role: '*', purpose: '*' },
        ],
      },
      a2: { members: 1, parties: [{ party: 'PUBLIC', org: '*', role: '*', purpose: '*' }] },
    },
    next: more ? page.at(-1)?.id : null,
  };
};
const index = '99a22f5dd20e22241aa1da8b73cc8722b2cb9975f45f8fca32df8eba63d1a0ca';
const evidence = [
  {
    id: 'guangxi:consignment-record:0000000000000001',
    noun: 'consignment-record',
    withdrawn: false,
    consignmentId: 'directory:consignment:c',
    alias: 'directory:consignment:a',
    joins: [
      { keyKind: 'UCR', index, overfull: false, recordIds: ['gansu:consignment-record:0000000000000002'] },
      { keyKind: 'BOOKING', index, overfull: true, recordIds: [] },
    ],
    links: [],
  },
];

function feedPage(after: string | null): { body: unknown; next: string; more: boolean } {
  const from = Number(after ?? 0);
  const page = told.slice(from, from + 2);
  const envelope = {
    specversion: '1.0',
    source: 'corridor/guangxi',
    time: '2026-11-24T12:00:00.000Z',
    datacontenttype: 'application/json',
  };
  const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const events = page.map(({ id, revision, withdrawn = false }, at) => ({
    ...envelope,
    id: uuid(from + at),
    type: 'cn.corridor.consignment-record.changed.v1',
    subject: id,
    data: {
      id,
      noun: 'consignment-record',
      revision,
      createdDateTime: envelope.time,
      changedDateTime: envelope.time,
      sortDateTime: null,
      withdrawn,
      attributes: {},
    },
  }));
  const sealed = { ...envelope, id: uuid(999), type: 'cn.corridor.index.sealed.v1', subject: 'page', data: { jwe: 'x' } };
  const next = from + page.length;
  return { body: events.length === 0 ? [] : [...events, sealed], next: String(next), more: next < told.length };
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://directory');
    let form = '';
    for await (const chunk of request) form += String(chunk);
    if (pathname === '/token') {
      const client = new URLSearchParams(form).get('client_id') ?? '';
      if (client.startsWith('lz-')) return response.writeHead(401).end('{"error":"invalid_client"}');
      return response.end(JSON.stringify({ access_token: `token-of-${client}` }));
    }
    asked.push(`${request.url} ${request.headers.authorization}`);
    if (refusal !== undefined) return response.writeHead(refusal.status).end(JSON.stringify(refusal.body));
    if (pathname === '/guangxi/feed') {
      const { body, next, more } = feedPage(searchParams.get('after'));
      response.writeHead(200, { 'corridor-next': next, 'corridor-waiting-ms': '0', 'corridor-more': String(more) });
      return response.end(JSON.stringify(body));
    }
    return response.end(JSON.stringify(pageOf(pathname, searchParams)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening on a port');
  url = `http://127.0.0.1:${address.port}`;
  mkdirSync(join(folder, '.data', 'secrets'), { recursive: true });
  const programs = { guangxi: { url: `${url}/guangxi` }, directory: { url } };
  writeFileSync(
    join(folder, '.data', 'corridor.json'),
    JSON.stringify({ urls: { graphql: `${url}/graphql`, token: { corridor: `${url}/token` } }, programs }),
  );
  writeFileSync(join(folder, '.data', 'secrets', 'client-secret'), 'swordfish\n');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
  refusal = undefined;
  onLook = () => undefined;
  seal([
    lookup(),
    lookup({ party: null, purpose: null }),
    lookup({
      hit: false,
      recordIds: [],
      org: null,
      party: 'GX',
      asked: { key: { kind: 'UCR', index }, mine: false, codes: ['GX', 'CQ'], after: null },
    }),
    split,
  ]);
});

async function run(line: string): Promise<{ code: number; printed: string; complained: string; pauses: number }> {
  const command = readDirectoryCommand(line.split(' '));
  if (command.is !== 'directory') throw new Error(JSON.stringify(command));
  const out = { printed: '', complained: '', pauses: 0 };
  const code = await directory(command, {
    folder,
    env: {},
    width: 200,
    colours: false,
    clock: () => 0,
    pause: async () => {
      out.pauses += 1;
      onLook();
    },
    print: (text) => {
      out.printed += `${text}\n`;
    },
    complain: (text) => {
      out.complained += `${text}\n`;
    },
  });
  return { code, ...out };
}

test('the log is read to its end with the owner’s token for the directory, shown, and its chain checked here', async () => {
  const { code, printed } = await run('log gx-officer');
  expect([code, printed]).toEqual([
    0,
    `
Who looked up the entries of guangxi
  line  time (UTC)           who              purpose              asked                                         result      records
  1     2026-11-24 12:00:00  CQ               corridor-operations  facilities                                    hit         guangxi:port:0000000000000001
  2     2026-11-24 12:00:01  without a token                       facilities                                    hit         guangxi:port:0000000000000001
  3     2026-11-24 12:00:02  GX               corridor-operations  facilities key UCR 99a22f5dd20e, codes GX CQ  miss
  4     2026-11-24 12:00:03                                        directory:consignment:c                       fell apart

4 lines.
The chain holds from line 1 to 4: checked here, from the lines alone. Head ${head.chain.slice(0, 12)}.
`,
  ]);
  expect(asked).toEqual(
    ['/directory/log?after=0', '/directory/log?after=2'].map((path) => `${path} Bearer token-of-gx-officer-at-directory`),
  );
});

test('--json gives every line and the check, --last fewer lines to people, in either language', async () => {
  expect(JSON.parse((await run('log gx-officer --json --last 1')).printed)).toEqual({
    owner: 'guangxi',
    lines,
    check: { is: 'holds', head, kept: null },
  });
  expect((await run('log gx-officer --last 1')).printed).toContain('4 lines; shown: the last 1 (--last).');
  expect((await run('log gx-officer --lang zh')).printed).toContain('第 1 至 4 行的链完整');
});

test.each([
  [
    'altered',
    'line 2: it does not say what was sealed',
    () => lines.splice(1, 1, { ...(lines[1] ?? lines[0]), body: lookup({ party: 'GS' }) } as never),
  ],
  ['taken out', 'line 2: a line is missing there', () => lines.splice(1, 1)],
  ['shortened', 'line 3, the last, does not give the head', () => lines.splice(3, 1)],
])('a log of which something was %s is told, and ends with 3', async (_, words, tamper) => {
  tamper();
  const { code, printed } = await run('log gx-officer');
  expect([code, printed.split('\n').at(-2)]).toEqual([3, expect.stringContaining(words)]);
});

test('a head that is kept shows a log that was written anew or went back, and is kept no further then', async () => {
  const file = join(folder, 'guangxi.head.json');
  expect((await run(`log gx-officer --head ${file}`)).code).toBe(0);
  const kept = readFileSync(file, 'utf8');
  expect(JSON.parse(kept)).toEqual({ owner: 'guangxi', ...head });
  const again = await run(`log gx-officer --head ${file}`);
  expect([again.code, again.printed.includes('It goes on behind line 4 as it was kept.')]).toEqual([0, true]);
  seal([lookup({ party: 'GS' }), lookup(), lookup(), lookup(), lookup()]);
  const anew = await run(`log gx-officer --head ${file}`);
  expect([anew.code, anew.printed.includes('THE LOG WAS WRITTEN ANEW: what line 4 was')]).toEqual([3, true]);
  seal([lookup()]);
  const back = await run(`log gx-officer --head ${file}`);
  expect([back.code, back.printed.includes('THE LOG WENT BACK: it reached line 4')]).toEqual([3, true]);
  expect(readFileSync(file, 'utf8')).toBe(kept);
  const other = await run(`log cq-officer --head ${file}`);
  expect([other.code, other.complained]).toEqual([2, `${file} holds the head of another owner’s log\n`]);
  expect(existsSync(join(folder, 'other'))).toBe(false);
});

const record = (n: number): string => `guangxi:consignment-record:000000000000000${n}`;

test('what the directory holds is compared with the owner’s feed, page by page, and equal is said to be', async () => {
  told = [1, 2, 3].map((n) => ({ id: record(n), revision: n })).concat({ id: record(1), revision: 4 });
  held = [
    { id: record(1), revision: 4 },
    { id: record(2), revision: 2, audience: 'a2' },
    { id: record(3), revision: 3 },
  ];
  const { code, printed, pauses } = await run('mine gx-officer');
  expect([code, pauses, printed]).toEqual([
    0,
    0,
    `
What the directory holds of guangxi
  noun                entries  of them withdrawn
  consignment-record  3        0

Who may know of them, by whole parties
  CQ, GX, 1 further (a firm, a role)  2 entries
  everybody                           1 entry

Feed
  current  last page took effect 3 s ago

Compared with the owner's feed: 3 records told, 3 held, no difference.
`,
  ]);
  expect(asked).toContain(`/guangxi/feed?limit=1000&wait=0 Bearer token-of-feed-gx-gx`);
  expect(asked).toContain(`/directory/mine?after=${encodeURIComponent(record(2))} Bearer token-of-gx-officer-at-directory`);
});

test('every kind of difference is named once it has lasted, and ends with 3', async () => {
  told = [1, 2, 3, 4].map((n) => ({ id: record(n), revision: 5 }));
  held = [
    { id: record(2), revision: 4 },
    { id: record(3), revision: 6 },
    { id: record(4), revision: 5, withdrawn: true },
    { id: record(5), revision: 1 },
  ];
  const { code, printed, pauses } = await run('mine gx-officer --json');
  const comparison = JSON.parse(printed);
  const five = { revision: 5, withdrawn: false };
  expect([code, pauses, comparison.looks, comparison.told, comparison.held.entries.length]).toEqual([3, 5, 6, 4, 4]);
  expect(comparison.differences).toEqual([
    { id: record(1), is: 'missing', told: five, held: null },
    { id: record(2), is: 'behind', told: five, held: { revision: 4, withdrawn: false } },
    { id: record(3), is: 'ahead', told: five, held: { revision: 6, withdrawn: false } },
    { id: record(4), is: 'withdrawn', told: five, held: { revision: 5, withdrawn: true } },
    { id: record(5), is: 'never-told', told: null, held: { revision: 1, withdrawn: false } },
  ]);
  const people = await run('mine gx-officer --last 1');
  expect(people.printed).toMatch(/guangxi:consignment-record:0000000000000001 {2}is missing {2}5\n\n.*5 differ; shown: the first 1/);
});

test('what is on its way to the directory is looked at again, and is no difference once it has arrived', async () => {
  told = [{ id: record(1), revision: 1 }];
  held = [];
  onLook = () => {
    told.push({ id: record(1), revision: 2 });
    held = [{ id: record(1), revision: 2 }];
  };
  const { code, printed, pauses } = await run('mine gx-officer --json');
  expect([code, pauses, JSON.parse(printed)]).toEqual([0, 1, expect.objectContaining({ looks: 2, told: 1, differences: [] })]);
});

test('evidence is shown by record, key and the other end', async () => {
  const { code, printed } = await run(`links gx-officer ${evidence[0]?.id}`);
  expect([code, printed]).toEqual([
    0,
    `
By which evidence the records of guangxi are linked
  record                                       consignment              key and its index     with
  guangxi:consignment-record:0000000000000001  directory:consignment:c  UCR 99a22f5dd20e      gansu:consignment-record:0000000000000002
  guangxi:consignment-record:0000000000000001  directory:consignment:c  BOOKING 99a22f5dd20e  joins nothing: too many records bear it

1 linked entry, 2 pieces of evidence.
`,
  ]);
  expect(asked).toEqual([`/directory/links?of=${encodeURIComponent(evidence[0]?.id ?? '')} Bearer token-of-gx-officer-at-directory`]);
  expect(JSON.parse((await run('links gx-officer --json')).printed)).toEqual({ owner: 'guangxi', entries: evidence });
});

test('a refusal is told by its code, and no token by whom it was asked for', async () => {
  refusal = {
    status: 403,
    body: { errors: [{ message: 'For the owner’s own staff', extensions: { code: 'OWNER_STAFF_ONLY', correlationId: '0af7' } }] },
  };
  expect(await run('log gx-officer')).toMatchObject({
    code: 1,
    printed: '',
    complained: 'OWNER_STAFF_ONLY: For the owner’s own staff (0af7)\n',
  });
  refusal = { status: 200, body: { owner: 'guangxi' } };
  expect((await run('mine gx-officer')).complained).toBe(
    'The feed of guangxi cannot be read, so nothing can be compared: FEED_PAGE_INVALID\n',
  );
  expect((await run('log gx-officer')).complained).toBe(`What came back from ${url}/directory/log?after=0 is no page of the directory\n`);
  expect((await run('log lz-forwarder')).complained).toBe(
    'The issuer gives lz-forwarder-at-directory no token (HTTP 401): is lz-forwarder an auditor of gansu?\n',
  );
});

test('an owner or a directory that is busy is asked again for ten seconds, one that stays so ends it', async () => {
  told = [{ id: record(1), revision: 1 }];
  held = [{ id: record(1), revision: 1 }];
  refusal = { status: 503, body: { errors: [{ message: 'Busy', extensions: { code: 'OVERLOADED' } }] } };
  let rounds = 0;
  onLook = () => {
    rounds += 1;
    if (rounds === 3) refusal = undefined;
  };
  expect(await run('mine gx-officer --json')).toMatchObject({ code: 0, pauses: 3 });
  rounds = 3;
  refusal = { status: 503, body: { errors: [{ message: 'Busy', extensions: { code: 'OVERLOADED' } }] } };
  expect(await run('log gx-officer')).toMatchObject({ code: 1, pauses: 9, complained: 'OVERLOADED: Busy\n' });
});

test.each([
  [['peek'], 'the directory has no peek: log mine links'],
  [['log'], 'log needs a persona'],
  [['log', 'gx-officer', 'x'], 'too many arguments: x'],
  [['links', 'gx-officer', 'x', 'y'], 'too many arguments: y'],
  [['mine', 'emperor'], expect.stringContaining('there is no persona emperor: ')],
  [['log', 'anonymous'], 'the directory tells an owner about itself, and nobody without a token'],
  [['mine', 'gx-officer', '--head', 'f'], '--head goes with log'],
  [['log', 'gx-officer', '--last', '0'], '--last is a number from 1, not 0'],
  [['log', 'gx-officer', '--url', 'nowhere'], 'nowhere is no URL'],
  [['log', 'gx-officer', '--lang', 'fr'], '--lang is zh or en, not fr'],
])('%j is wrong, and the reason is told', (args, because) => {
  expect(readDirectoryCommand(args)).toEqual({ is: 'wrong', because });
});

test('help names every flag and fits a page', () => {
  expect([readDirectoryCommand([]), readDirectoryCommand(['log', '--help'])]).toEqual([{ is: 'help' }, { is: 'help' }]);
  for (const flag of ['--last', '--head', '--json', '--url', '--lang', 'Exit code']) expect(directoryHelp).toContain(flag);
  expect(directoryHelp.split('\n').filter((line) => line.length > 115)).toEqual([]);
});
