import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import {
  type Clock,
  CorridorError,
  checkOwnerRule,
  errors,
  makeSigningKey,
  publicReleaseKey,
  type Release,
  type ReleaseKey,
  readRelease,
  releaseDigest,
  releaseKeysFile,
  type SigningKey,
  signingKeyFile,
  verifyRelease,
  writeRelease,
} from '@corridor/schemas';
import { apiDifferences, apiSchemaOf, composeToday, type Difference, makeRelease, registeredOwners } from '@corridor/schemas/composition';
import type { ZodType } from 'zod';
import type { Surroundings } from './ask.ts';
import { Ended } from './ended.ts';
import type { ReleaseCommand } from './release-usage.ts';
import { table } from './table.ts';

/** Where the command runs: besides the surroundings, time. */
export type ReleaseSurroundings = Surroundings & { readonly clock: Clock };

type ExitCode = 0 | 1 | 2 | 3;

/** Does what was asked; gives the exit code: 0 done, 1 refused, 2 wrong usage, 3 there are differences. */
export function release(command: ReleaseCommand, around: ReleaseSurroundings): ExitCode {
  try {
    if (command.what === 'key') return key(command, around);
    if (command.what === 'sign') return sign(command, around);
    if (command.what === 'check') return check(command, around);
    if (command.what === 'diff') return diff(command, around);
    return list(command, around);
  } catch (error) {
    if (error instanceof Ended) {
      around.complain(error.message);
      return error.code;
    }
    if (!(error instanceof CorridorError)) throw error;
    const { act } = errors[error.code];
    around.complain(`${error.code}\n  ${error.text('en')}\n  ${act.en}\n  ${errors[error.code].zh}。${act.zh}。`);
    return 1;
  }
}

function key({ id, to }: Extract<ReleaseCommand, { what: 'key' }>, around: ReleaseSurroundings): ExitCode {
  const path = pathOf(to, around);
  if (existsSync(path)) throw new Ended(2, `${to} is there already: a key is never written over`);
  const made = makeSigningKey(id);
  writeFileSync(path, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
  around.print(JSON.stringify(publicReleaseKey(made)));
  return 0;
}

function sign(command: Extract<ReleaseCommand, { what: 'sign' }>, around: ReleaseSurroundings): ExitCode {
  const to = pathOf(command.to, around);
  const signer: SigningKey = jsonOf(pathOf(command.key, around), signingKeyFile);
  const before = command.after === undefined ? releasesAt(to)[0]?.release : releaseOf(pathOf(command.after, around));
  const sdl = command.from === undefined ? composeToday() : sdlOf(pathOf(command.from, around));
  const { release: made, differences } = makeRelease({
    sdl,
    previous: before,
    accept: command.accept,
    key: signer,
    clock: around.clock,
  });
  const path = isFolder(to) ? join(to, `release-${made.version}.json`) : to;
  writeFileSync(`${path}.new`, writeRelease(made));
  renameSync(`${path}.new`, path);
  tell(differences, around);
  around.print(`version ${made.version}, key ${made.keyId}, ${releaseDigest(made)}\n${path}`);
  return 0;
}

function check(command: Extract<ReleaseCommand, { what: 'check' }>, around: ReleaseSurroundings): ExitCode {
  const made = releaseOf(pathOf(command.file, around));
  verifyRelease(made, jsonOf(pathOf(command.keys, around), releaseKeysFile));
  const owners = checkOwnerRule(made.sdl, registeredOwners);
  apiSchemaOf(made.sdl);
  if (command.after !== undefined) {
    const before = releaseOf(pathOf(command.after, around));
    if (made.version <= before.version) throw new CorridorError('RELEASE_REPLAYED', { detail: `${made.version}, after ${before.version}` });
    if (made.version === before.version + 1 && made.previousDigest !== releaseDigest(before))
      throw new CorridorError('RELEASE_PREDECESSOR', { detail: `version ${made.version}, after ${before.version}` });
  }
  around.print(`version ${made.version}, made ${made.createdAt}, key ${made.keyId}, ${releaseDigest(made)}\nowners ${owners.join(' ')}`);
  return 0;
}

function diff(command: Extract<ReleaseCommand, { what: 'diff' }>, around: ReleaseSurroundings): ExitCode {
  const before = sdlOf(pathOf(command.before, around));
  const after = command.after === undefined ? composeToday() : sdlOf(pathOf(command.after, around));
  const differences = apiDifferences(before, after);
  tell(differences, around);
  if (differences.length === 0) around.print(before === after ? 'The same schema.' : 'Nothing that a client could notice.');
  return differences.length === 0 ? 0 : 3;
}

function list(command: Extract<ReleaseCommand, { what: 'list' }>, around: ReleaseSurroundings): ExitCode {
  const keys = command.keys === undefined ? undefined : jsonOf(pathOf(command.keys, around), releaseKeysFile);
  const found = releasesAt(pathOf(command.at, around));
  if (found.length === 0) around.complain('no releases');
  const rows = found.map(({ name, release: made, refusal }, index) => {
    if (made === undefined) return ['', name, '', '', refusal ?? ''];
    return [
      String(made.version),
      made.createdAt,
      made.keyId,
      releaseDigest(made).slice(0, 19),
      verdictOf(made, found[index + 1]?.release, keys),
    ];
  });
  if (rows.length > 0) around.print(table([['version', 'made', 'key', 'digest', 'verdict'], ...rows], around.width).join('\n'));
  return 0;
}

function verdictOf(made: Release, before: Release | undefined, keys: readonly ReleaseKey[] | undefined): string {
  try {
    if (keys !== undefined) verifyRelease(made, keys);
    if (before !== undefined && made.version === before.version + 1 && made.previousDigest !== releaseDigest(before))
      return 'RELEASE_PREDECESSOR';
    return keys === undefined ? 'not checked: --keys' : 'signed';
  } catch (error) {
    if (error instanceof CorridorError) return error.code;
    throw error;
  }
}

function tell(differences: readonly Difference[], around: ReleaseSurroundings): void {
  for (const { kind, change, description } of differences) around.print(`${kind.padEnd(10)}${change}  ${description}`);
}

type Found = { readonly name: string; readonly release?: Release; readonly refusal?: string };

/** Releases newest first, then files that are none. */
function releasesAt(path: string): Found[] {
  if (!existsSync(path)) return [];
  const names = isFolder(path) ? readdirSync(path).filter((name) => name.endsWith('.json')) : [''];
  const found = names.map((name): Found => {
    const file = name === '' ? path : join(path, name);
    try {
      return { name: file, release: readRelease(readFileSync(file)) };
    } catch (error) {
      if (error instanceof CorridorError) return { name: file, refusal: error.code };
      throw error;
    }
  });
  return found.sort((a, b) => (b.release?.version ?? 0) - (a.release?.version ?? 0));
}

function releaseOf(path: string): Release {
  return readRelease(bytesOf(path));
}

/** The schema of a release, or a composed schema as it is. */
function sdlOf(path: string): string {
  return path.endsWith('.json') ? releaseOf(path).sdl : bytesOf(path).toString('utf8');
}

function jsonOf<T>(path: string, schema: ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(bytesOf(path).toString('utf8'));
  } catch (error) {
    if (error instanceof Ended) throw error;
  }
  const read = schema.safeParse(value);
  // What stands in it may be a key.
  if (!read.success) throw new Ended(2, `${path} does not hold what it should`);
  return read.data;
}

function bytesOf(path: string): Buffer {
  if (!existsSync(path) || isFolder(path)) throw new Ended(2, `there is no file ${path}`);
  return readFileSync(path);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

// npm runs scripts in the checkout; a path is meant from where the person stands.
function pathOf(given: string, { folder, env }: ReleaseSurroundings): string {
  return isAbsolute(given) ? given : join(env['INIT_CWD'] ?? folder, given);
}
