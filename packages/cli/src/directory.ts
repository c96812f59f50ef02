import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ChainHead } from '@corridor/audit';
import { type FeedPage, fetchFeedPage } from '@corridor/exchange';
import { type Clock, CorridorError, feedPath } from '@corridor/schemas';
import { z } from 'zod';
import type { Surroundings } from './ask.ts';
import { readLog } from './directory-log.ts';
import { compareHeld } from './directory-mine.ts';
import { type DirectoryPages, directoryPages, type LinksPage, patiently, renewed } from './directory-pages.ts';
import { linksReport, logReport, mineReport } from './directory-report.ts';
import type { DirectoryCommand } from './directory-usage.ts';
import { Ended } from './ended.ts';
import { clientAtOwner } from './personas.ts';
import { findCorridor, type RunningCorridor } from './running-corridor.ts';
import { tokenOfClient } from './token.ts';
import { codeInClients } from './usage.ts';

/** Where the command runs: besides the surroundings, time. */
export type DirectorySurroundings = Surroundings & { readonly clock: Clock; readonly pause: (ms: number) => Promise<void> };

type ExitCode = 0 | 1 | 2 | 3;

/** Asks the directory about the persona's owner and prints; gives the exit code: 0 all is as it should be, 1 no answer, 2 wrong usage, 3 it is not. */
export async function directory(command: DirectoryCommand, around: DirectorySurroundings): Promise<ExitCode> {
  try {
    const corridor = findCorridor(around.folder, around.env['CORRIDOR_DATA']);
    const pages = directoryPages({
      url: command.url ?? urlOf('directory', corridor),
      token: tokenAt('directory', command, corridor, around),
      language: command.language,
      pause: around.pause,
    });
    if (command.what === 'log') return await showLog(pages, command, around);
    if (command.what === 'mine') return await showMine(pages, command, corridor, around);
    return await showLinks(pages, command, around);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    around.complain(error.message);
    return error.code;
  }
}

async function showLog(pages: DirectoryPages, command: DirectoryCommand, around: DirectorySurroundings): Promise<ExitCode> {
  const file = command.head === undefined ? undefined : pathOf(command.head, around);
  const log = await readLog(pages, file === undefined ? null : keptHead(file, command.owner));
  if (command.json) around.print(JSON.stringify(log, null, 2));
  else around.print(logReport(log, { ...around, ...command }));
  if (log.check.is === 'broken') return 3;
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ owner: log.owner, ...log.check.head })}\n`);
  return 0;
}

async function showMine(
  pages: DirectoryPages,
  command: DirectoryCommand,
  corridor: RunningCorridor | undefined,
  around: DirectorySurroundings,
): Promise<ExitCode> {
  const { owner } = command;
  const token = tokenAt('feed', command, corridor, around);
  const url = `${urlOf(owner, corridor)}${feedPath}`;
  const tell = async (after: string | null): Promise<FeedPage> => {
    const ask = async (): Promise<FeedPage | CorridorError> => {
      try {
        return await fetchFeedPage({ source: owner, url, token, after, waitSeconds: 0, limit: 1_000, signal: AbortSignal.timeout(30_000) });
      } catch (error) {
        if (error instanceof CorridorError) return error;
        throw error;
      }
    };
    const page = await patiently(ask, (answer) => answer instanceof CorridorError && /status (503|429)/.test(answer.message), around.pause);
    if (page instanceof CorridorError) throw new Ended(1, `The feed of ${owner} cannot be read, so nothing can be compared: ${page.code}`);
    return page;
  };
  const comparison = await compareHeld(pages, tell, around.pause);
  if (command.json) around.print(JSON.stringify(comparison, null, 2));
  else around.print(mineReport(comparison, { ...around, ...command }));
  return comparison.differences.length === 0 ? 0 : 3;
}

async function showLinks(pages: DirectoryPages, command: DirectoryCommand, around: DirectorySurroundings): Promise<ExitCode> {
  const entries: LinksPage['entries'] = [];
  for (let after: string | null = null; ; ) {
    const page: LinksPage = await pages.links(after, command.of);
    entries.push(...page.entries);
    if (page.next === null || (after !== null && page.next <= after)) break;
    after = page.next;
  }
  if (command.json) around.print(JSON.stringify({ owner: command.owner, entries }, null, 2));
  else around.print(linksReport(command.owner, entries, { ...around, ...command }));
  return 0;
}

function tokenAt(
  what: 'directory' | 'feed',
  { persona, owner }: DirectoryCommand,
  corridor: RunningCorridor | undefined,
  around: DirectorySurroundings,
): () => Promise<string> {
  const code = codeInClients(owner).toLowerCase();
  const client = what === 'directory' ? clientAtOwner(persona, 'directory') : `feed-${code}-${code}`;
  const hint = what === 'directory' ? `: is ${persona.name} an auditor of ${owner}?` : '';
  return renewed(() => tokenOfClient({ client, realm: persona.realm, hint }, corridor, around.env), around.clock);
}

function urlOf(program: string, corridor: RunningCorridor | undefined): string {
  if (corridor === undefined) throw new Ended(1, 'No corridor was started here: npm start');
  const url = corridor.programs[program];
  if (url === undefined) throw new Ended(1, `The corridor that runs here has no ${program}`);
  return url;
}

const keptFile = z.object({ owner: z.string(), position: z.int().nonnegative(), chain: z.string().regex(/^[0-9a-f]{64}$/) });

function keptHead(file: string, owner: string): ChainHead | null {
  if (!existsSync(file)) return null;
  try {
    const { owner: of, ...head } = keptFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (of === owner) return head;
  } catch {
    throw new Ended(2, `${file} holds no head of a log`);
  }
  throw new Ended(2, `${file} holds the head of another owner’s log`);
}

// npm runs scripts in the checkout; a path is meant from where the person stands.
function pathOf(given: string, { folder, env }: DirectorySurroundings): string {
  return isAbsolute(given) ? given : join(env['INIT_CWD'] ?? folder, given);
}
