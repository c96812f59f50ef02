import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '@corridor/runtime';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type DoctorSurroundings, doctor } from './doctor.ts';
import { findingsOf } from './doctor-database.ts';
import { examineFiles } from './doctor-files.ts';
import { type Finding, findingTable, found, tell } from './doctor-finding.ts';
import { examineDisk, examineNode, examinePort } from './doctor-machine.ts';
import { examineFeeds, examineIssuers } from './doctor-network.ts';
import { doctorReport } from './doctor-report.ts';
import { type DoctorCommand, readDoctorCommand } from './doctor-usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'corridor-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const opened: Server[] = [];
afterEach(() => Promise.all(opened.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

async function aServer(answer: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(answer);
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const secret = 'c3dvcmRmaXNoLXN3b3JkZmlzaC1zd29yZGZpc2gtMTIz'; // 33 bytes
function file(name: string, content: unknown, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}
const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}; // RFC 7517, appendix A.1
const issuer = {
  issuer: 'https://id.example.org',
  jwksUri: 'https://id.example.org/certs',
  algorithms: ['RS256'],
  parties: ['GX'],
  roles: [],
};
const gateways = [{ id: 'gw1', key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } }]; // RFC 8037, appendix A.2

let env: Record<string, string>;
beforeEach(() => {
  env = {
    ISSUERS_FILE: file('issuers.json', [issuer], 0o644),
    HOP_KEYS_FILE: file('hop.json', [{ id: 'gw1>guangxi/1', secret: 'a'.repeat(43) }]),
    GATEWAYS_FILE: file('gateways.json', gateways, 0o644),
    CURSOR_KEY_FILE: file('cursor', secret),
    SEALING_KEY_FILE: file('sealing.json', publicKey, 0o644),
    PSEUDONYM_KEY_FILE: file('pseudonym', secret),
  };
});
const wrong = (findings: readonly Finding[]): readonly (readonly string[])[] =>
  findings.filter((finding) => tell(finding, 'en').level !== 'ok').map(({ code, about }) => [code, ...about]);

test('a party whose files are in order has no fault', () => {
  expect(wrong(examineFiles('guangxi', env))).toEqual([]);
});

test.each<[string, (place: string) => Record<string, string | undefined>, (path: string) => readonly string[]]>([
  [
    'a secret that others can read',
    () => ({ CURSOR_KEY_FILE: file('cursor', secret, 0o644) }),
    (path) => ['FILE_OPEN', 'CURSOR_KEY_FILE', path, '644'],
  ],
  [
    'a file that is not there',
    () => ({ CURSOR_KEY_FILE: '/nowhere/cursor' }),
    () => ['FILE_MISSING', 'CURSOR_KEY_FILE', '/nowhere/cursor'],
  ],
  ['a variable that is not set', () => ({ CURSOR_KEY_FILE: undefined }), () => ['VARIABLE_MISSING', 'CURSOR_KEY_FILE']],
  [
    'a secret that is too short',
    () => ({ CURSOR_KEY_FILE: file('short', 'c2hvcnQ') }),
    () => ['FILE_FORM', 'CURSOR_KEY_FILE', `${join(folder, 'short')}: 32 bytes or more, base64url`],
  ],
  [
    'JSON that is none',
    () => ({ GATEWAYS_FILE: file('broken.json', '[{"id":') }),
    () => ['FILE_FORM', 'GATEWAYS_FILE', `${join(folder, 'broken.json')}: not JSON`],
  ],
  [
    'a hop key made for another owner',
    () => ({ HOP_KEYS_FILE: file('other.json', [{ id: 'gw1>guizhou/1', secret: 'a'.repeat(43) }]) }),
    () => ['HOP_KEY_STRANGE', 'HOP_KEYS_FILE', 'gw1>guizhou/1', 'guangxi'],
  ],
  [
    'a hop key with a gateway whose passports nobody can check',
    () => ({ HOP_KEYS_FILE: file('gw2.json', [{ id: 'gw2>guangxi/1', secret: 'a'.repeat(43) }]) }),
    () => ['HOP_GATEWAY_UNKNOWN', 'HOP_KEYS_FILE', 'gw2'],
  ],
])('%s is found, with its place', (_case, break_, expected) => {
  const path = env['CURSOR_KEY_FILE'] ?? '';
  expect(wrong(examineFiles('guangxi', { ...env, ...break_(path) } as Record<string, string>))).toEqual([expected(path)]);
});

test('a private key whose public half is another’s is found; a sound pair is not', () => {
  const d = '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE'; // RFC 7517, appendix A.2
  const indexKey = { INDEX_KEY_FILE: file('index', secret), FEEDS_FILE: file('feeds.json', []) };
  const hop = { HOP_KEYS_FILE: file('directory-hop.json', [{ id: 'gw1>directory/1', secret: 'a'.repeat(43) }]) };
  const sound = { ...env, ...indexKey, ...hop, SEALING_KEY_FILE: file('private.json', { ...publicKey, d }) };
  expect(wrong(examineFiles('directory', sound))).toEqual([]);
  const passport = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  }; // RFC 8037, appendix A.1
  const gateway = {
    ISSUERS_FILE: env['ISSUERS_FILE'] ?? '',
    OWNERS_FILE: file('owners.json', {}),
    RELEASE_KEYS_FILE: '/none',
    RELEASE_FILE: '/none',
  };
  const codes = (key: object): string[] =>
    examineFiles('gateway', { ...gateway, PASSPORT_KEY_FILE: file('passport.json', key) })
      .map(({ code }) => code)
      .filter((code) => code.startsWith('KEY_PAIR'));
  expect(codes(passport)).toEqual(['KEY_PAIR_FITS']);
  expect(codes({ ...passport, x: 'A'.repeat(43) })).toEqual(['KEY_PAIR_BROKEN']);
});

test('no finding repeats what a secret file holds', () => {
  const words = examineFiles('guangxi', { ...env, HOP_KEYS_FILE: file('leak.json', [{ id: secret, secret }]) });
  expect(JSON.stringify(words.map((finding) => [tell(finding, 'en'), tell(finding, 'zh')]))).not.toContain(secret);
});

test('Node below 20.19 is too old', () => {
  expect(['v18.20.0', 'v20.18.3', 'v20.19.0', 'v24.1.0'].map((version) => examineNode(version).code)).toEqual([
    'NODE_TOO_OLD',
    'NODE_TOO_OLD',
    'NODE_FITS',
    'NODE_FITS',
  ]);
});

test('a disk is told by the room it has; a folder to come lies on its parent’s', async () => {
  const free = (bytes: number) => async (): Promise<number> => bytes;
  expect((await Promise.all([5e9, 1e9, 1e8].map((bytes) => examineDisk('/srv', free(bytes))))).flat()).toEqual([
    found('DISK_ENOUGH', '/srv', '4.7 GB'),
    found('DISK_LOW', '/srv', '953 MB'),
    found('DISK_FULL', '/srv', '95 MB'),
  ]);
  expect((await examineDisk(join(folder, 'not', 'yet'))).map(({ about }) => about[0])).toEqual([join(folder, 'not', 'yet')]);
});

test('a port is free, the program’s own, or another’s', async () => {
  const own = await aServer((_request, response) => response.end(JSON.stringify({ status: 'live', name: 'guangxi' })));
  const other = await aServer((_request, response) => response.end('<html>'));
  expect(await examinePort('guangxi', '127.0.0.1', own, 'PORT')).toContainEqual(found('PORT_OURS', String(own), 'guangxi'));
  expect(await examinePort('guangxi', '127.0.0.1', other, 'PORT')).toContainEqual(found('PORT_TAKEN', String(other), 'PORT'));
  await new Promise((resolve) => opened.splice(1, 1)[0]?.close(resolve));
  expect(await examinePort('guangxi', '127.0.0.1', other, 'PORT')).toContainEqual(found('PORT_FREE', String(other)));
  expect(await examinePort('guangxi', '127.0.0.1', 0, 'PORT')).toEqual([]);
});

test('issuers: their keys, their absence, and the clock against them', async () => {
  const port = await aServer((request, response) => {
    if (request.url === '/html') return response.end('<html>');
    if (request.url === '/500') return response.writeHead(500).end();
    return response.end(JSON.stringify({ keys: [{}, {}] }));
  });
  const row = (path: string) => ({ ...issuer, issuer: `http://id.example${path}`, jwksUri: `http://127.0.0.1:${port}${path}` });
  const rows = [row('/certs'), row('/html'), row('/500'), { ...row('/away'), jwksUri: 'http://127.0.0.1:9/certs' }];
  const asked = { ISSUERS_FILE: file('asked.json', rows) };
  const at = (offsetMs: number) => ({ clock: () => Date.now() + offsetMs, random: systemRandom });
  const told = await examineIssuers(asked, at(0));
  expect(told.filter(({ code }) => code.startsWith('ISSUER'))).toEqual([
    found('ISSUER_ANSWERS', 'http://id.example/certs', '2'),
    found('ISSUER_UNREACHABLE', 'http://id.example/html', 'no key set'),
    found('ISSUER_UNREACHABLE', 'http://id.example/500', 'HTTP 500'),
    found('ISSUER_UNREACHABLE', 'http://id.example/away', 'ECONNREFUSED'),
  ]);
  const clocks = async (offsetMs: number): Promise<string[]> => [
    ...new Set((await examineIssuers(asked, at(offsetMs))).map(({ code }) => code as string).filter((code) => code.startsWith('CLOCK'))),
  ];
  expect([await clocks(30_000), await clocks(-300_000)]).toEqual([['CLOCK_OFF'], ['CLOCK_WRONG']]);
});

test('a feed whose owner is away and whose issuer refuses the client is told as two findings', async () => {
  const port = await aServer((_request, response) =>
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}'),
  );
  const feed = {
    party: 'gansu',
    url: 'http://127.0.0.1:9',
    tokenUrl: `http://127.0.0.1:${port}/token`,
    clientId: 'feed-directory-gs',
    clientSecretFile: env['CURSOR_KEY_FILE'],
  };
  expect(await examineFeeds({ FEEDS_FILE: file('gansu.json', [feed]) }, { clock: Date.now, random: systemRandom })).toEqual([
    found('OWNER_UNREACHABLE', 'gansu', 'http://127.0.0.1:9', 'ECONNREFUSED'),
    { code: 'FEED_TOKEN_REFUSED', about: ['gansu', expect.any(String)] },
  ]);
});

const database = {
  versionNumber: 150_008,
  role: 'guangxi_runtime',
  mayMigrate: false,
  tooStrong: false,
  owner: 'guangxi',
  migrations: { pending: [] },
  serverTime: 0,
} as const;
test.each<[string, Parameters<typeof findingsOf>[0], boolean, readonly (readonly string[])[]]>([
  ['as it should be', database, true, []],
  ['another owner’s', { ...database, owner: 'guizhou' }, true, [['DATABASE_OF_ANOTHER_OWNER', 'guizhou', 'guangxi']]],
  ['too old', { ...database, versionNumber: 140_011 }, true, [['DATABASE_TOO_OLD', '14.11']]],
  [
    'behind, and the role may not mend it',
    { ...database, migrations: { pending: ['0005_a', '0006_b'] } },
    true,
    [['MIGRATIONS_PENDING', '2', '0005_a']],
  ],
  [
    'behind, and the role will mend it',
    { ...database, mayMigrate: true, migrations: { pending: ['0005_a'] } },
    false,
    [['MIGRATIONS_AT_START', '1', '0005_a']],
  ],
  [
    'of an edited history',
    { ...database, migrations: { refused: 'MIGRATION_EDITED' } },
    true,
    [['MIGRATIONS_REFUSED', 'MIGRATION_EDITED']],
  ],
  ['opened by too strong a role', { ...database, tooStrong: true }, false, [['ROLE_TOO_STRONG', 'guangxi_runtime']]],
  [
    'opened by too strong a role, in production',
    { ...database, tooStrong: true },
    true,
    [['ROLE_TOO_STRONG_IN_PRODUCTION', 'guangxi_runtime']],
  ],
])('a database %s', (_case, report, production, findings) => {
  expect(wrong(findingsOf(report, 'guangxi', production))).toEqual(findings);
});

function around(
  over: Partial<DoctorSurroundings> = {},
): DoctorSurroundings & { readonly printed: string[]; readonly complained: string[] } {
  const printed: string[] = [];
  const complained: string[] = [];
  return {
    folder,
    env: {},
    width: 100,
    colours: false,
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
    clock: Date.now,
    random: systemRandom,
    nodeVersion: 'v20.19.0',
    printed,
    complained,
    ...over,
  };
}
const command = (over: Partial<DoctorCommand> = {}): DoctorCommand => ({
  is: 'doctor',
  program: 'guangxi',
  envFile: undefined,
  json: false,
  language: 'en',
  ...over,
});

test('faults end with 1, are told with what to do, and for a script as JSON', async () => {
  const issuers = file('nobody.json', []);
  const told = around({ env: { ...env, ISSUERS_FILE: issuers, PORT: '0', CURSOR_KEY_FILE: '/nowhere' } });
  expect(await doctor(command(), told)).toBe(1);
  expect(told.printed[0]?.split('\n').slice(0, 4)).toEqual([
    'corridor doctor: guangxi',
    '',
    '  FAULT  CURSOR_KEY_FILE: /nowhere does not exist',
    '         → Put the file there, or correct CURSOR_KEY_FILE',
  ]);
  expect(told.printed[0]).toMatch(/1 fault, 0 warnings\.$/);
  const forScripts = around({ env: told.env });
  expect(await doctor(command({ json: true, language: 'zh' }), forScripts)).toBe(1);
  const { findings, ...summary } = JSON.parse(forScripts.printed[0] ?? '') as { findings: { code: string }[] };
  expect(summary).toEqual({ program: 'guangxi', faults: 1, warnings: 0 });
  expect(findings).toContainEqual({
    level: 'fault',
    code: 'FILE_MISSING',
    about: ['CURSOR_KEY_FILE', '/nowhere'],
    text: 'CURSOR_KEY_FILE：/nowhere 不存在',
    act: '请放入该文件，或更正 CURSOR_KEY_FILE',
  });
});

test('a program in order ends with 0; its variables come from the file alone when one is named', async () => {
  const good = { ...env, ISSUERS_FILE: file('nobody.json', []), PORT: '0' };
  const envFile = file(
    'guangxi.env',
    Object.entries(good)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
  const told = around({ env: { PORT: 'nonsense' } });
  expect([await doctor(command({ envFile }), told), told.printed[0]?.split('\n').at(-1)]).toEqual([0, 'Everything is in order.']);
  const lost = around();
  expect([await doctor(command({ envFile: '/nowhere.env' }), lost), lost.complained]).toEqual([2, ['/nowhere.env cannot be read']]);
});

test('a corridor that runs here is asked program by program, and a reason is read where operators read it', async () => {
  const data = mkdtempSync(join(folder, 'data-'));
  const up = await aServer((_request, response) => response.end('{}'));
  const programs = { gateway: { url: `http://127.0.0.1:${up}` }, gansu: { url: 'http://127.0.0.1:9' } };
  writeFileSync(join(data, 'corridor.json'), JSON.stringify({ urls: { graphql: `http://127.0.0.1:${up}/graphql`, token: {} }, programs }));
  const told = around({ env: { CORRIDOR_DATA: data } });
  expect(await doctor(command({ program: undefined, json: true }), told)).toBe(1);
  const { findings } = JSON.parse(told.printed[0] ?? '') as { findings: { code: string; about: string[] }[] };
  expect(findings.filter(({ code }) => code.startsWith('PROGRAM')).map(({ code, about }) => [code, about[0]])).toEqual([
    ['PROGRAM_READY', 'gateway'],
    ['PROGRAM_AWAY', 'gansu'],
  ]);
  const nowhere = around({ env: { CORRIDOR_DATA: join(folder, 'none') } });
  expect([await doctor(command({ program: undefined }), nowhere), nowhere.printed]).toEqual([2, []]);
});

test.each([
  [['guangxi', '--json'], { LANG: 'zh_CN.UTF-8' }, { is: 'doctor', program: 'guangxi', envFile: undefined, json: true, language: 'zh' }],
  [[], { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, { is: 'doctor', program: undefined, envFile: undefined, json: false, language: 'en' }],
  [['gateway', '--language', 'zh'], {}, { is: 'doctor', program: 'gateway', envFile: undefined, json: false, language: 'zh' }],
  [['--help'], {}, { is: 'help' }],
  [['atlantis'], {}, { is: 'wrong', because: expect.stringContaining('atlantis') }],
  [['--language', 'fr'], {}, { is: 'wrong', because: '--language is zh or en, not fr' }],
  [['--env-file', 'x'], {}, { is: 'wrong', because: expect.any(String) }],
])('the command line %j in the surroundings %j', (args, surroundings, expected) => {
  expect(readDoctorCommand(args, surroundings)).toEqual(expected);
});

test('every finding is told in both languages, with the same places; what is wrong says what to do', () => {
  const places = (text: string): string[] => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();
  for (const [code, row] of Object.entries(findingTable)) {
    expect([code, places(row.zh)]).toEqual([code, places(row.en)]);
    expect([code, row.level === 'ok' || ('act' in row && row.act !== undefined)]).toEqual([code, true]);
  }
});

test('what is to be done about several is said once, and Chinese stands in its columns', () => {
  const report = doctorReport(
    'guangxi',
    [found('VARIABLE_MISSING', 'PORT'), found('VARIABLE_MISSING', 'ISSUERS_FILE'), found('NODE_FITS', '20.19.0')],
    {
      language: 'zh',
      width: 80,
    },
  );
  expect(report.split('\n')).toEqual([
    'corridor doctor: guangxi',
    '',
    '  故障  未设置 PORT',
    '  故障  未设置 ISSUERS_FILE',
    '        → 请在程序的环境变量中设置',
    '  正常  Node 20.19.0',
    '',
    '故障 2 项，注意 0 项。',
  ]);
});
