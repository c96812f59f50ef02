import { parseArgs } from 'node:util';
import { type Language, ownerOfRegistryCode, type PartyCode } from '@corridor/schemas';
import { type Persona, personaOf, personas } from './personas.ts';

/** What an owner's administrator asks the directory for. */
export type DirectoryCommand = {
  readonly is: 'directory';
  readonly what: 'log' | 'mine' | 'links';
  readonly persona: Persona;
  /** The owner asked about: the one that answers for the persona's party. */
  readonly owner: PartyCode;
  /** `links`: one record alone. */
  readonly of: string | undefined;
  /** How many lines or entries people are shown. */
  readonly last: number;
  /** `log`: file in which the owner keeps where its chain stood. */
  readonly head: string | undefined;
  readonly url: string | undefined;
  readonly json: boolean;
  readonly language: Language;
};

/** Reads the arguments behind `corridor directory`. */
export function readDirectoryCommand(
  args: readonly string[],
): DirectoryCommand | { readonly is: 'help' } | { readonly is: 'wrong'; readonly because: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        last: { type: 'string', default: '20' },
        head: { type: 'string' },
        url: { type: 'string' },
        lang: { type: 'string', default: 'en' },
      },
    });
    if (values.help || positionals.length === 0) return { is: 'help' };
    const [what, name, of, ...more] = positionals;
    if (what !== 'log' && what !== 'mine' && what !== 'links') return wrong(`the directory has no ${what}: log mine links`);
    if (name === undefined) return wrong(`${what} needs a persona`);
    if (what !== 'links' && of !== undefined) more.unshift(of);
    if (more.length > 0) return wrong(`too many arguments: ${more.join(' ')}`);
    const persona = personaOf(name);
    if (persona === undefined) return wrong(`there is no persona ${name}: ${personas.map((known) => known.name).join(' ')}`);
    const owner = persona.party === null ? undefined : ownerOfRegistryCode(persona.party);
    if (owner === undefined) return wrong('the directory tells an owner about itself, and nobody without a token');
    const { head, url, lang, json } = values;
    if (!/^[1-9]\d{0,5}$/.test(values.last)) return wrong(`--last is a number from 1, not ${values.last}`);
    if (head !== undefined && what !== 'log') return wrong('--head goes with log');
    if (url !== undefined && !URL.canParse(url)) return wrong(`${url} is no URL`);
    if (lang !== 'zh' && lang !== 'en') return wrong(`--lang is zh or en, not ${lang}`);
    return { is: 'directory', what, persona, owner: owner.code, of, last: Number(values.last), head, url, json, language: lang };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

/** All there is to know about `corridor directory`. */
export const directoryHelp = `corridor directory log <persona> [flags]
corridor directory mine <persona> [flags]
corridor directory links <persona> [record id] [flags]

What the directory knows of an owner, asked by that owner's own staff. docs/directory.md tells what it means.

log    who looked up the owner's entries, and what its own staff did not find. Reads the owner's lines from the
       first to the last and checks their chain here, from the lines alone: nothing was altered, taken out or put
       in between, as far as the head tells. With --head also since the last time.
mine   what the directory holds of the owner, compared with what the owner's feed tells: records that are missing,
       never told, or held in another revision or state. What differs is looked at again for five seconds, since a
       change is on its way for a moment.
links  by which evidence the owner's records are linked: kind of key, its blinded index, who bears it. A record of
       another owner is named only where this owner may know of it.

Flags
  --last <n>         how many lines or entries are shown (default 20); --json has all
  --head <file>      log: where the chain stood is kept in this file, and what was kept there is checked first
  --json             the whole answer, and what the check gave, as JSON
  --url <url>        asks the directory at this address instead of the one of the running corridor
  --lang zh|en       language of messages and headings (default en)
  --help             this text

Where it finds things
  .data/corridor.json of this folder or one above, or in CORRIDOR_DATA: addresses, written by npm start
  .data/secrets/client-secret, or CORRIDOR_CLIENT_SECRET: the secret of the demo's clients
  clients <persona>-at-directory (log, mine, links) and feed-<xx>-<xx> (the owner's own feed)

Exit code
  0 read, and all is as it should be   3 the chain does not hold, or directory and owner differ
  1 refused, or nobody answered   2 wrong usage

Examples
  npm run -s directory:log -- gx-officer --head guangxi.head.json
  npm run -s directory:mine -- gx-officer
`;

function wrong(because: string): { readonly is: 'wrong'; readonly because: string } {
  return { is: 'wrong', because };
}
