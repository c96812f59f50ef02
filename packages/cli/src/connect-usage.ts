import { parseArgs } from 'node:util';

/** A mapping to be followed once or again and again. */
export type ConnectCommand = {
  readonly is: 'connect';
  readonly mapping: string;
  /** Milliseconds between the end of a run and the next; `null`: one run. */
  readonly everyMs: number | null;
  readonly dryRun: boolean;
  readonly state: string | undefined;
  readonly report: string | undefined;
};

/** Reads the arguments behind `corridor connect`. */
export function readConnectCommand(
  args: readonly string[],
): ConnectCommand | { readonly is: 'help' } | { readonly is: 'wrong'; readonly because: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        once: { type: 'boolean', default: false },
        every: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        state: { type: 'string' },
        report: { type: 'string' },
      },
    });
    if (values.help) return { is: 'help' };
    const [mapping, ...more] = positionals;
    if (mapping === undefined) return { is: 'wrong', because: 'connect needs a mapping file' };
    if (more.length > 0) return { is: 'wrong', because: `too many arguments: ${more.join(' ')}` };
    const everyMs = values.every === undefined ? null : intervalMs(values.every);
    if (everyMs === undefined) return { is: 'wrong', because: `--every is 5s to 24h (60s, 5m, 1h), not ${values.every}` };
    if (everyMs !== null && (values.once || values['dry-run'])) {
      return { is: 'wrong', because: '--every goes with neither --once nor --dry-run' };
    }
    return { is: 'connect', mapping, everyMs, dryRun: values['dry-run'], state: values.state, report: values.report };
  } catch (error) {
    return { is: 'wrong', because: error instanceof Error ? error.message : String(error) };
  }
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

function intervalMs(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? 0);
  return ms >= 5_000 && ms <= 86_400_000 ? ms : undefined;
}

/** All there is to know about `corridor connect`. */
export const connectHelp = `corridor connect <mapping.json> [flags]

Reads a spreadsheet (CSV) or a database view and tells an owner what is new in it: rows become messages
of consignment.v1 or transport-call.v1 by a mapping that is data. docs/connector.md shows how to write one.

Flags
  --dry-run          maps all rows, prints the first three messages and the first twenty findings; sends nothing
  --once             one run, then the end (the default)
  --every <time>     a run, then a pause of so long, until the program is ended: 60s, 5m, 1h
  --state <file>     how far the source was read (default: <mapping>.state.json beside the mapping)
  --report <file>    rows that did not get through, as CSV (default: <mapping>.findings.csv beside the mapping)
  --help             this text

Where it finds things
  owner.url, owner.tokenUrl of the mapping; without them the corridor that runs here (.data/corridor.json)
  CORRIDOR_CLIENT_SECRET_FILE or CORRIDOR_CLIENT_SECRET   secret of the client the owner registered
  CONNECTOR_DATABASE_URL                                  database of a view: postgres://reader:…@host/db

Exit code
  0 every row got through   3 some rows did not: see the report   1 source or owner cannot be reached, or
  the owner refuses the source   2 wrong usage, or a mapping that cannot be right

Example
  npm run -s connect -- examples/connector/mapping.json --dry-run
`;
