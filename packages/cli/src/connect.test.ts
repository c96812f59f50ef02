import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { connectHelp, readConnectCommand } from './connect-usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'corridor-connect-'));
cpSync(fileURLToPath(new URL('../../../examples/connector', import.meta.url)), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

async function run(line: string, env: Record<string, string> = {}): Promise<{ code: number; printed: string[]; complained: string[] }> {
  const command = readConnectCommand(line.split(' '));
  if (command.is !== 'connect') throw new Error(line);
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await connect(command, {
    folder,
    env: { CORRIDOR_DATA: join(folder, 'none'), ...env },
    width: 80,
    colours: false,
    print: (text) => void printed.push(text),
    complain: (text) => void complained.push(text),
    clock: () => 0,
    jitter: () => 1,
    fetch: () => Promise.reject(new Error('nothing is sent')),
    signal: new AbortController().signal,
  });
  return { code, printed, complained };
}

test('a dry run of the example shows its messages, sends nothing and keeps nothing', async () => {
  const { code, printed, complained } = await run('mapping.json --dry-run');
  const told = printed.map((text) => JSON.parse(text));
  expect([code, complained]).toEqual([0, ['3 rows, 3 messages, 0 findings; nothing was sent']]);
  expect(told.map(({ recordReference, cancelled, equipment }) => [recordReference, cancelled, equipment.length])).toEqual([
    ['GX-T-0001', false, 1],
    ['GX-T-0002', false, 2],
    ['GX-T-0003', true, 0],
  ]);
  expect(told[0].goods).toEqual([
    { descriptionOfGoods: '鲜苹果', HSCode: '080810', numberOfPackages: 1200, cargoGrossWeight: { value: 24.5, unitCode: 'TNE' } },
  ]);
  expect([existsSync(join(folder, 'mapping.state.json')), existsSync(join(folder, 'mapping.findings.csv'))]).toEqual([false, false]);
});

test.each([
  ['no corridor', 'mapping.json', 1, 'No corridor with guangxi was started here: npm start (or owner.url in the mapping)'],
  ['no mapping', 'nothing.json', 2, 'there is no file nothing.json'],
] as const)('%s ends with what to do about it', async (_, line, code, told) => {
  const { code: ended, complained } = await run(line);
  expect([ended, complained]).toEqual([code, [told]]);
});

test.each([
  [[], 'connect needs a mapping file'],
  [['a.json', 'b.json'], 'too many arguments: b.json'],
  [['a.json', '--every', '1s'], '--every is 5s to 24h (60s, 5m, 1h), not 1s'],
  [['a.json', '--every', '60s', '--dry-run'], '--every goes with neither --once nor --dry-run'],
])('%j is wrong, and the reason is told', (args, because) => {
  expect(readConnectCommand(args)).toEqual({ is: 'wrong', because });
});

test('a line with everything is read as it is meant, and help names every flag', () => {
  expect(readConnectCommand('m.json --every 5m --state s --report r'.split(' '))).toEqual({
    is: 'connect',
    mapping: 'm.json',
    everyMs: 300_000,
    dryRun: false,
    state: 's',
    report: 'r',
  });
  for (const flag of ['--dry-run', '--once', '--every', '--state', '--report', 'Exit code']) expect(connectHelp).toContain(flag);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('npm run -s connect');
});
