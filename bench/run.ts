// `npm run bench -- [ingest|edifact]`: the only source of published figures; docs/performance.md says how to read them.
import { parseArgs } from 'node:util';
import { benchEdifact } from './edifact.ts';
import { benchIngest } from './ingest.ts';
import { machine, say } from './measure.ts';

const help = `npm run bench -- [ingest|edifact] [options]     all of them without a name

edifact    CODECO messages read and mapped per second of CPU, beside other inputs of the same package
ingest     messages into PostgreSQL through the door of a party, beside COPY of the same rows

--rounds N      rounds; in each, all candidates run one after the other (5)
--events N      ingest: events a round (5,000)
--help          this text

ingest starts a PostgreSQL of its own (see npm run test:postgres -- --help). Figures are min / median / max over the rounds.
CPU time counts, not the clock: other programs on the machine disturb it less.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    events: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const benches: Readonly<Record<string, (o: { rounds: number; events: number | undefined }) => void | Promise<void>>> = {
  edifact: benchEdifact,
  ingest: benchIngest,
};
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
const rounds = Number(values.rounds);
const events = values.events === undefined ? undefined : Number(values.events);
const right =
  chosen.every((name) => Object.hasOwn(benches, name)) && [rounds, events ?? 1].every((one) => Number.isInteger(one) && one > 0);
if (values.help || !right) {
  process.stdout.write(help);
  process.exit(values.help ? 0 : 2);
}
say(machine());
for (const name of chosen) {
  say(`\n${name}`);
  await benches[name]?.({ rounds, events });
}
