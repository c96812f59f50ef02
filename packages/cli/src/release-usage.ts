import { parseArgs } from 'node:util';

/** What is to be done with releases of the supergraph. */
export type ReleaseCommand =
  | { readonly is: 'release'; readonly what: 'key'; readonly id: string; readonly to: string }
  | {
      readonly is: 'release';
      readonly what: 'sign';
      readonly key: string;
      readonly to: string;
      /** A composed schema; absent: the subgraphs of this checkout are composed. */
      readonly from: string | undefined;
      /** The release it follows; absent: the newest at `to`. */
      readonly after: string | undefined;
      readonly accept: ReadonlySet<'breaking' | 'dangerous'>;
    }
  | { readonly is: 'release'; readonly what: 'check'; readonly file: string; readonly keys: string; readonly after: string | undefined }
  | { readonly is: 'release'; readonly what: 'diff'; readonly before: string; readonly after: string | undefined }
  | { readonly is: 'release'; readonly what: 'list'; readonly at: string; readonly keys: string | undefined };

/** Reads the arguments behind `corridor release`. */
export function readReleaseCommand(
  args: readonly string[],
): ReleaseCommand | { readonly is: 'help' } | { readonly is: 'wrong'; readonly because: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        id: { type: 'string' },
        key: { type: 'string' },
        keys: { type: 'string' },
        to: { type: 'string' },
        from: { type: 'string' },
        after: { type: 'string' },
        accept: { type: 'string', multiple: true, default: [] },
      },
    });
    if (values.help || positionals.length === 0) return { is: 'help' };
    const [verb = '', first, second, ...more] = positionals;
    const { id, key, keys, to, from, after } = values;
    const flags = { id, key, keys, to, from, after, accept: values.accept.length === 0 ? undefined : 'given' };
    const misplaced = Object.entries(flags).find(([name, value]) => value !== undefined && !(flagsOf[verb] ?? []).includes(name));
    if (flagsOf[verb] === undefined) return wrong(`there is no command ${verb}: key sign check diff list`);
    if (misplaced !== undefined) return wrong(`--${misplaced[0]} does not go with ${verb}`);
    const extra = [...(verb === 'key' || verb === 'sign' ? [first] : []), ...(verb === 'diff' ? [] : [second]), ...more].filter(
      (each) => each !== undefined,
    );
    if (extra.length > 0) return wrong(`too many arguments: ${extra.join(' ')}`);
    if (verb === 'key') {
      if (id === undefined || to === undefined) return wrong('key needs --id and --to');
      return /^[\w./-]{1,64}$/.test(id)
        ? { is: 'release', what: 'key', id, to }
        : wrong(`--id is up to 64 letters, digits and ./_-, not ${id}`);
    }
    if (verb === 'sign') {
      if (key === undefined || to === undefined) return wrong('sign needs --key and --to');
      const kinds = values.accept.flatMap((each) => each.split(','));
      const unknown = kinds.find((kind) => kind !== 'breaking' && kind !== 'dangerous');
      if (unknown !== undefined) return wrong(`--accept is breaking or dangerous, not ${unknown}`);
      return {
        is: 'release',
        what: 'sign',
        key,
        to,
        from,
        after,
        accept: new Set(kinds.map((kind) => (kind === 'breaking' ? kind : 'dangerous'))),
      };
    }
    if (first === undefined) return wrong(`${verb} needs a ${verb === 'list' ? 'folder' : 'file'}`);
    if (verb === 'diff') return { is: 'release', what: 'diff', before: first, after: second };
    if (verb === 'list') return { is: 'release', what: 'list', at: first, keys };
    return keys === undefined ? wrong('check needs --keys') : { is: 'release', what: 'check', file: first, keys, after };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

const flagsOf: Readonly<Record<string, readonly string[]>> = {
  key: ['id', 'to'],
  sign: ['key', 'to', 'from', 'after', 'accept'],
  check: ['keys', 'after'],
  diff: [],
  list: ['keys'],
};

/** All there is to know about `corridor release`. */
export const releaseHelp = `corridor release key --id <id> --to <file>
corridor release sign --key <file> --to <file or folder> [--from <file>] [--after <file>] [--accept <kind>]
corridor release check <release> --keys <file> [--after <release>]
corridor release diff <release or schema> [<release or schema>]
corridor release list <file or folder> [--keys <file>]

Releases of the supergraph: signed files that gateways load. docs/releases.md tells how they live.

key    makes a key that signs, readable by you alone, and prints the line of it that gateways accept.
sign   composes the subgraphs of this checkout (or takes the schema of --from), holds it to the owner rule, compares
       what clients see with the release before, signs it under the next version, and writes it at once.
check  whether a gateway with these keys would take the release: form, signature, owners, schema, and its place
       behind another.
diff   what clients could notice: from a release to another, or to what composes today. Breaking: a document that
       was valid may not be any more. Dangerous: it may be answered otherwise.
list   the releases there are: version, time, key, digest, and what is wrong with one.

Flags
  --id <id>          name of the key in releases: 2026-a
  --key <file>       the key that signs, as key wrote it
  --keys <file>      accepted keys, a JSON array of one or two lines that key printed
  --to <file>        what is replaced, or a folder to which release-<version>.json is added
  --from <file>      a composed schema, instead of composing
  --after <file>     the release before; sign: by default the newest that lies at --to
  --accept <kind>    breaking or dangerous: these differences were agreed upon
  --help             this text

Exit code
  0 done   1 refused, with its code (docs/errors.md)   2 wrong usage   3 diff: there are differences

Examples
  npm run -s release -- key --id 2026-a --to release-key.json
  npm run -s release -- sign --key release-key.json --to releases
  npm run -s release -- check releases/release-1.json --keys release-keys.json
`;

function wrong(because: string): { readonly is: 'wrong'; readonly because: string } {
  return { is: 'wrong', because };
}
