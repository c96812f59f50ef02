import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readAnswer } from './answer.ts';
import { Ended } from './ended.ts';
import { clientAtOwner, type Persona } from './personas.ts';
import { report } from './report.ts';
import { findCorridor, type RunningCorridor } from './running-corridor.ts';
import { exchange, tokenOfClient } from './token.ts';
import { type AskCommand, codeInClients, type TokenCommand } from './usage.ts';

/** Where the command runs: everything it touches beside the network. */
export type Surroundings = {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly width: number;
  readonly colours: boolean;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
};

/** Asks and prints; gives the exit code: 0 an answer, 1 a refusal or no answer, 2 wrong usage. */
export async function ask(command: AskCommand, around: Surroundings): Promise<0 | 1 | 2> {
  try {
    const corridor = findCorridor(around.folder, around.env['CORRIDOR_DATA']);
    const body = JSON.stringify({ query: documentOf(command, around), variables: variablesOf(command, around) });
    const url = endpointOf(command, corridor);
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-language': command.language,
    };
    if (command.purpose !== undefined) headers['corridor-purpose'] = command.purpose;
    if (command.persona.realm !== null) headers['authorization'] = `Bearer ${await tokenOf(command, corridor, around)}`;
    const text = await send(url, headers, body);
    return show(text, url, command, around);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    around.complain(error.message);
    return error.code;
  }
}

/** Prints a token of the persona; gives the exit code: 0 a token, 1 none to be had. */
export async function printToken(command: TokenCommand, around: Surroundings): Promise<0 | 1 | 2> {
  try {
    around.print(await tokenOf(command, findCorridor(around.folder, around.env['CORRIDOR_DATA']), around));
    return 0;
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    around.complain(error.message);
    return error.code;
  }
}

function show(text: string, url: string, command: AskCommand, around: Surroundings): 0 | 1 {
  const answer = readAnswer(text);
  if (answer === undefined) throw new Ended(1, `What came back from ${url} is no answer of a graph`);
  if (command.raw) around.print(text.trimEnd());
  else {
    if (answer.data !== undefined) around.print(JSON.stringify(answer.data, null, 2));
    const readable = report(answer, { language: command.language, width: around.width, colours: around.colours });
    if (readable !== '') around.print(readable);
  }
  return answer.data === undefined ? 1 : 0;
}

function documentOf(command: AskCommand, around: Surroundings): string {
  return fileOf(command.document, around);
}

function variablesOf(command: AskCommand, around: Surroundings): unknown {
  if (command.variables === undefined) return undefined;
  const inline = command.variables.trimStart().startsWith('{');
  try {
    return JSON.parse(inline ? command.variables : fileOf(command.variables, around));
  } catch (error) {
    if (error instanceof Ended) throw error;
    throw new Ended(2, `${inline ? 'the variables are' : `${command.variables} is`} not JSON`);
  }
}

function fileOf(path: string, { folder, env }: Surroundings): string {
  // npm runs scripts in the checkout; a path is meant from where the person stands.
  const places = isAbsolute(path) ? [path] : [join(folder, path), join(env['INIT_CWD'] ?? folder, path)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Ended(2, `there is no file ${path}`);
  return readFileSync(found, 'utf8');
}

function endpointOf({ at, url }: AskCommand, corridor: RunningCorridor | undefined): string {
  if (url !== undefined) return url;
  if (corridor === undefined) throw new Ended(1, 'No corridor was started here: npm start (or say --url)');
  if (at === undefined) return corridor.graphql;
  const owner = corridor.programs[at];
  if (owner === undefined) throw new Ended(1, `The corridor that runs here has no ${at}`);
  return `${owner}/owner/graphql`;
}

async function tokenOf(
  { persona, at }: Pick<AskCommand, 'persona' | 'at'>,
  corridor: RunningCorridor | undefined,
  around: Surroundings,
): Promise<string> {
  const hint = at === undefined ? '' : `: is ${persona.name} staff of ${at}?`;
  return tokenOfClient({ client: clientOf(persona, at), realm: persona.realm, hint }, corridor, around.env);
}

function clientOf(persona: Persona, at: string | undefined): string {
  return at === undefined ? persona.name : clientAtOwner(persona, codeInClients(at));
}

async function send(url: string, headers: Record<string, string>, body: string): Promise<string> {
  const { text } = await exchange(url, { method: 'POST', headers, body });
  return text;
}
