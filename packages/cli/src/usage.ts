import { parseArgs } from 'node:util';
import { isPartyCode, type Language, parties, partyOf, purposes } from '@corridor/schemas';
import { type Persona, personaOf, personas } from './personas.ts';

/** What the command line asks for. */
export type AskCommand = {
  readonly is: 'ask';
  readonly persona: Persona;
  readonly document: string;
  /** A file, or the JSON itself. */
  readonly variables: string | undefined;
  readonly purpose: string | undefined;
  /** Owner id whose own endpoint is asked; absent: the gateway. */
  readonly at: string | undefined;
  readonly url: string | undefined;
  readonly raw: boolean;
  readonly language: Language;
};

/** A token of a persona, to paste into the explorer or another client. */
export type TokenCommand = { readonly is: 'token'; readonly persona: Persona; readonly at: string | undefined };

/** A command line, read: something to ask, a token to get, help to print, or what is wrong with it. */
export type Command = AskCommand | TokenCommand | { readonly is: 'help' } | { readonly is: 'wrong'; readonly because: string };

/** Reads the arguments behind the program's name. */
export function readCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        raw: { type: 'boolean', default: false },
        purpose: { type: 'string' },
        at: { type: 'string' },
        url: { type: 'string' },
        lang: { type: 'string', default: 'en' },
      },
    });
    if (values.help || positionals.length === 0) return { is: 'help' };
    const [verb, name, document, variables, ...more] = positionals;
    if (verb !== 'ask' && verb !== 'token') return wrong(`there is no command ${verb}`);
    if (name === undefined) return wrong(verb === 'ask' ? 'ask needs a persona and a file' : 'token needs a persona');
    if (verb === 'token' && document !== undefined) more.push(document);
    if (more.length > 0) return wrong(`too many arguments: ${more.join(' ')}`);
    const persona = personaOf(name);
    if (persona === undefined) return wrong(`there is no persona ${name}: ${personas.map((known) => known.name).join(' ')}`);
    const { purpose, at, url, lang, raw } = values;
    if (at === 'directory' && verb === 'ask') return wrong('the directory answers owners by corridor directory log, mine, links');
    if (at !== undefined && at !== 'directory' && !isPartyCode(at))
      return wrong(`there is no party ${at}: ${parties.map(({ code }) => code).join(' ')}`);
    if (at !== undefined && persona.realm === null) return wrong('an owner’s own endpoint answers nobody without a token');
    if (verb === 'token') return persona.realm === null ? wrong(`${name} has no token`) : { is: 'token', persona, at };
    if (document === undefined) return wrong('ask needs a persona and a file');
    if (url !== undefined && !URL.canParse(url)) return wrong(`${url} is no URL`);
    if (lang !== 'zh' && lang !== 'en') return wrong(`--lang is zh or en, not ${lang}`);
    return { is: 'ask', persona, document, variables, purpose, at, url, raw, language: lang };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

/** All there is to know about the command. */
export const help = `corridor ask <persona> <file.graphql> [variables.json] [flags]
corridor token <persona> [--at <party>]
corridor connect <mapping.json> [flags]   a spreadsheet or a database view as a source: connect --help
corridor directory log|mine|links <persona> [flags]   what the directory holds of an owner: directory --help
corridor doctor [program] [flags]   what is wrong with a configuration and its surroundings: doctor --help
corridor release key|sign|check|diff|list [flags]   signed releases of the supergraph: release --help

ask    sends the query of a file as one of the demo's personas. Prints the data, then who withheld what by
       which rule, how each owner did, and errors.
token  prints a token of the persona, good for five minutes, for the explorer's Headers:
       {"authorization": "Bearer <token>"}

Personas
${personas.map(({ name, who }) => `  ${name.padEnd(14)}${who.en}\n${' '.repeat(16)}${who.zh}`).join('\n')}

Arguments
  variables.json     variables of the query: a file, or the JSON itself ('{"reference":"…"}')

Flags
  --purpose <p>      why it is asked; one of the token's purposes (default: its first), of
                     ${purposes.join(' ')}
  --at <party>       asks that owner's own endpoint, not the gateway, with a token meant for it; one of
                     ${parties.map(({ code }) => code).join(' ')};
                     token --at directory: for the owner’s routes of the directory
  --url <url>        asks this endpoint instead of the one of the running corridor
  --lang zh|en       language of messages and headings (default en)
  --raw              the answer as it came, and nothing else
  --help             this text

Where it finds things
  .data/corridor.json of this folder or one above, or in CORRIDOR_DATA: addresses, written by npm start
  .data/secrets/client-secret, or CORRIDOR_CLIENT_SECRET: the secret of the demo's clients

Exit code
  0 an answer (parts may be missing: they are named)   1 refused, or nobody answered   2 wrong usage

Examples
  npm run -s ask -- cq-officer examples/one-consignment.graphql
  npm run -s ask -- gx-officer examples/who-read-us.graphql --at guangxi
  npm run -s token -- cq-officer
`;

/** Registry code that names an owner of one member in client ids: `GX`; `asean` answers for several and is named by its owner id, as is the directory. */
export function codeInClients(party: string): string {
  if (party === 'directory') return party;
  const { registryCodes } = partyOf(party);
  return registryCodes.length === 1 ? String(registryCodes[0]) : party;
}

function wrong(because: string): Command {
  return { is: 'wrong', because };
}
