import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRelease, releaseDigest, supergraphFile } from '@corridor/schemas';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { release } from './release.ts';
import { readReleaseCommand } from './release-usage.ts';

const root = mkdtempSync(join(tmpdir(), 'release-cli-'));
afterAll(() => rmSync(root, { recursive: true }));
/** What two parties and a directory compose to. */
const schema = fileURLToPath(new URL('../../../schemas/testing/two-parties.graphql', import.meta.url));
const small = readFileSync(schema, 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'releases-'));
});
/** Runs the command as it is typed; gives the exit code and what was said. */
function run(line: string): { readonly code: number; readonly said: string } {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const command = readReleaseCommand(line.split(' '));
  if (command.is !== 'release') return { code: 2, said: command.is === 'wrong' ? command.because : 'help' };
  const around = {
    folder: root,
    env: {},
    width: 200,
    colours: false,
    print: say,
    complain: say,
    clock: () => Date.UTC(2026, 10, 24, 5, 48),
  };
  const code = release(command, around);
  return { code, said: said.join('\n') };
}
const signed = (from: string, more = ''): ReturnType<typeof run> => run(`sign --key ${folder}/key --to ${folder} --from ${from}${more}`);
const altered = (name: string, change: (sdl: string) => string): string => {
  const file = join(folder, `${name}.graphql`);
  writeFileSync(file, change(small));
  return file;
};
function withKey(): string {
  const { code, said } = run(`key --id 2026-a --to ${folder}/key`);
  expect([code, statSync(`${folder}/key`).mode & 0o777]).toEqual([0, 0o600]);
  const keys = join(folder, 'keys');
  writeFileSync(keys, `[${said}]`);
  return keys;
}

test('a key is made, a release signed with it, and checked against what the key’s public line accepts', () => {
  const keys = withKey();
  expect(readFileSync(keys, 'utf8')).not.toContain('"d"');
  expect(signed(schema).code).toBe(0);
  const made = readRelease(readFileSync(join(folder, 'release-1.json')));
  expect(made).toMatchObject({ version: 1, createdAt: '2026-11-24T05:48:00.000Z', previousDigest: null, keyId: '2026-a', sdl: small });
  expect(run(`check ${folder}/release-1.json --keys ${keys}`)).toEqual({
    code: 0,
    said: `version 1, made 2026-11-24T05:48:00.000Z, key 2026-a, ${releaseDigest(made)}\nowners chongqing directory guangxi`,
  });
});

test('a release follows the newest that lies beside it, and a list tells the line', () => {
  const keys = withKey();
  signed(schema);
  signed(schema);
  const [first, second] = [1, 2].map((version) => readRelease(readFileSync(join(folder, `release-${version}.json`))));
  expect([second?.version, second?.previousDigest]).toEqual([2, first && releaseDigest(first)]);
  expect(run(`check ${folder}/release-2.json --keys ${keys} --after ${folder}/release-1.json`).code).toBe(0);
  expect(run(`check ${folder}/release-1.json --keys ${keys} --after ${folder}/release-2.json`)).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^RELEASE_REPLAYED\n/),
  });
  writeFileSync(join(folder, 'torn.json'), readFileSync(join(folder, 'release-2.json'), 'utf8').slice(0, 99));
  expect(
    run(`list ${folder} --keys ${keys}`)
      .said.split('\n')
      .map((line) => line.trim().split(/ +/))
      .map((words) => [words[0], words.at(-1)]),
  ).toEqual([
    ['version', 'verdict'],
    ['2', 'signed'],
    ['1', 'signed'],
    [`${folder}/torn.json`, 'RELEASE_UNREADABLE'],
  ]);
});

test('what clients use is not taken away unknowingly: breaking and dangerous changes are told, and need a word each', () => {
  withKey();
  signed(schema);
  const without = altered('without', (sdl) => sdl.replace('ports: [Port] @join__field(graph: DIRECTORY)', ''));
  const withValue = altered('with', (sdl) => sdl.replace(/ {2}INLAND.*/, (line) => `${line}\n${line.replace('INLAND', 'RAIL')}`));
  expect(signed(without)).toMatchObject({ code: 1, said: expect.stringMatching(/^RELEASE_BREAKING\n.*Query\.ports was removed/) });
  expect(signed(withValue)).toMatchObject({ code: 1, said: expect.stringMatching(/^RELEASE_DANGEROUS\n.*RAIL was added/) });
  expect(signed(withValue, ' --accept dangerous')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^dangerous VALUE_ADDED_TO_ENUM/),
  });
  expect(signed(without, ' --accept breaking --accept dangerous').code).toBe(0);
  expect(run(`diff ${folder}/release-1.json ${folder}/release-2.json`).code).toBe(3);
  expect(run(`diff ${folder}/release-1.json ${schema}`)).toEqual({ code: 0, said: 'The same schema.' });
});

test.each<[string, (sdl: string) => string, string]>([
  ['where an owner answers', (sdl) => sdl.replace('corridor://guangxi', 'https://impostor.example'), 'RELEASE_OWNER_ADDRESS'],
  ['an owner nobody registered', (sdl) => sdl.replace(/guangxi/g, 'atlantis'), 'RELEASE_OWNER_UNKNOWN'],
  [
    'a type of another party',
    (sdl) => sdl.replace(/(type ChongqingPort [^{]*)\{/, '$1@join__type(graph: GUANGXI, key: "id")\n{'),
    'RELEASE_OWNER_RULE',
  ],
  ['a type that is not there', (sdl) => sdl.replace('name: Name', 'name: Nowhere'), 'RELEASE_SCHEMA'],
  ['no federated schema', () => 'type Query { a: Int }', 'RELEASE_SCHEMA'],
])('a schema that says %s is not signed', (_, change, code) => {
  withKey();
  const { code: exit, said } = signed(altered('altered', change));
  expect([exit, said.split('\n')[0]]).toEqual([1, code]);
});

test('without a schema the subgraphs of the checkout are composed: they give what is committed', () => {
  withKey();
  expect(run(`sign --key ${folder}/key --to ${folder}/one.json`).code).toBe(0);
  expect(readRelease(readFileSync(join(folder, 'one.json'))).sdl).toBe(readFileSync(supergraphFile, 'utf8'));
}, 60_000);

test('a file with anything else than a key is refused, and what it holds is not shown', () => {
  writeFileSync(join(folder, 'key'), '{"id":"2026-a","key":{"kty":"OKP","crv":"Ed25519","d":"s3cret"}}');
  expect(signed(schema)).toEqual({ code: 2, said: `${folder}/key does not hold what it should` });
});

test.each([
  ['publish', 'there is no command publish: key sign check diff list'],
  ['sign --to x', 'sign needs --key and --to'],
  ['sign --key k --to x --accept all', '--accept is breaking or dangerous, not all'],
  ['sign --key k --to x y', 'too many arguments: y'],
  ['check x', 'check needs --keys'],
  ['list x --accept breaking', '--accept does not go with list'],
  ['key --id a* --to x', '--id is up to 64 letters, digits and ./_-, not a*'],
  ['diff', 'diff needs a file'],
])('%s is wrong, and the reason is told', (line, because) => {
  expect(readReleaseCommand(line.split(' '))).toEqual({ is: 'wrong', because });
});
