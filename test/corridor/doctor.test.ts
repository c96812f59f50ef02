/** The doctor beside real programs: it takes a sound gateway for sound, and finds a hop key that an owner does not know. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { party as guangxi } from '@corridor/guangxi';
import { issuerConfig, startIssuer } from '@corridor/keycloak';
import { dataFolder, ensureSecrets, findPortBlock, planPrograms } from '@corridor/local';
import { partyConfig, startParty } from '@corridor/party';
import { systemClock, systemRandom } from '@corridor/runtime';
import { invariant, parties } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../setup/child-program.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'corridor-doctor-'));
const running: { close(): Promise<void> }[] = [];
let envOf: (name: string) => Readonly<Record<string, string>>;

beforeAll(async () => {
  const codes = parties.map(({ code }) => code);
  const folder = dataFolder(root);
  const secrets = ensureSecrets(folder.secrets, { owners: [...codes, 'directory'], parties: codes, random: systemRandom });
  const portBase = await findPortBlock({ base: 26_000 + (process.pid % 500) * 10, explicit: false });
  const plan = planPrograms({ checkout, folder, secrets, portBase, logLevel: 'silent', databaseUrls: {} });
  envOf = (name) => {
    const program = plan.find((each) => each.name === name);
    invariant(program !== undefined, 'the plan has every program');
    return program.env;
  };
  const dependencies = { clock: systemClock, random: systemRandom };
  running.push(await startIssuer(issuerConfig({ ...envOf('issuer'), ADMIN_PORT: '0' }), dependencies));
  running.push(await startParty(guangxi, partyConfig('guangxi', envOf('guangxi')), dependencies));
}, 240_000);
afterAll(async () => {
  for (const each of running.reverse()) await each.close();
  rmSync(root, { recursive: true, force: true });
});

type Found = { readonly level: string; readonly code: string; readonly about: readonly string[] };
async function doctor(
  program: string,
  over: Record<string, string> = {},
): Promise<{ code: number | null; findings: readonly Found[]; text: string }> {
  const envFile = join(root, `${program}.env`);
  writeFileSync(
    envFile,
    Object.entries({ ...envOf(program), ...over })
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
  const child = startChild('packages/cli/src/main.ts', { LANG: 'zh_CN.UTF-8' }, ['doctor', program, '--env-file', envFile, '--json']);
  const code = await child.exited;
  return { code, findings: (JSON.parse(child.log()) as { findings: Found[] }).findings, text: child.log() };
}
const wrong = (findings: readonly Found[]): string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ code, about }) => `${code} ${about[0]}`);

test('a running party is found in order, its ports its own', async () => {
  const { code, findings } = await doctor('guangxi');
  expect([code, wrong(findings).filter((finding) => !finding.startsWith('DISK'))]).toEqual([0, []]);
  expect(findings.map((finding) => finding.code)).toEqual(
    expect.arrayContaining(['PORT_OURS', 'FILE_FITS', 'DATABASE_EMBEDDED', 'ISSUER_ANSWERS', 'CLOCK_FITS']),
  );
});

test('a gateway: the owner that runs accepts its hop, those that do not are named, and nothing else is wrong', async () => {
  const { code, findings } = await doctor('gateway');
  const away = ['chongqing', 'guizhou', 'gansu', 'asean', 'directory'].map((owner) => `OWNER_UNREACHABLE ${owner}`);
  expect([code, wrong(findings).filter((finding) => !finding.startsWith('DISK'))]).toEqual([0, away]);
  expect(findings).toContainEqual(expect.objectContaining({ level: 'ok', code: 'HOP_ACCEPTED', about: ['guangxi'] }));
  expect(findings).toContainEqual(expect.objectContaining({ level: 'ok', code: 'RELEASE_FITS' }));
});

test('a hop key or a passport key that the owner does not know is found, and no key is printed', async () => {
  const owners = JSON.parse(readFileSync(envOf('gateway')['OWNERS_FILE'] ?? '', 'utf8')) as Record<
    string,
    { url: string; hopKeyFile: string }
  >;
  const secret = Buffer.from(systemRandom(32)).toString('base64url');
  const hopKeyFile = join(root, 'strange-hop');
  writeFileSync(hopKeyFile, JSON.stringify([{ id: 'gw1>guangxi/1', secret }]), { mode: 0o600 });
  const ownersFile = join(root, 'strange-owners.json');
  writeFileSync(ownersFile, JSON.stringify({ guangxi: { ...owners['guangxi'], hopKeyFile } }));
  const { code, findings, text } = await doctor('gateway', { OWNERS_FILE: ownersFile });
  expect([code, wrong(findings).filter((finding) => !finding.startsWith('DISK'))]).toEqual([1, ['HOP_REFUSED guangxi']]);
  expect(text).not.toContain(secret);
});

test('a release that was changed after it was signed is found', async () => {
  const path = join(root, 'changed-release.json');
  const release = JSON.parse(readFileSync(envOf('gateway')['RELEASE_FILE'] ?? '', 'utf8')) as { sdl: string };
  writeFileSync(path, JSON.stringify({ ...release, sdl: `${release.sdl}\n# changed` }));
  const { code, findings } = await doctor('gateway', { RELEASE_FILE: path });
  expect([code, wrong(findings)]).toEqual([1, expect.arrayContaining(['RELEASE_REFUSED RELEASE_FILE'])]);
});
