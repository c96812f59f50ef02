// `npm run bench -- [ingest|journeys|edifact]`: the only source of published figures; docs/performance.md says how to read them.
import { parseArgs } from 'node:util';
import { benchEdifact } from './edifact.ts';
import { benchIngest } from './ingest.ts';
import { benchJourneys } from './journeys.ts';
import { machine, say } from './measure.ts';

const help = `npm run bench -- [ingest|journeys|edifact] [options]     all of them without a name

edifact    CODECO messages read and mapped per second of CPU, beside other inputs of the same package
ingest     messages into PostgreSQL through the door of a party, beside COPY of the same rows
journeys   what readers ask of a party and the directory, beside the same where a tenth is hidden of what is hidden there

--rounds N      rounds; in each, all candidates run one after the other (5)
--events N      ingest: events a round (5,000); journeys: events of the party (100,000)
--only TEXT     journeys: questions whose name has this text
--help          this text

ingest and journeys start a PostgreSQL of their own (see npm run test:postgres -- --help). Figures are min / median / max over the rounds.
CPU time counts, not the clock: other programs on the machine disturb it less.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    events: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const benches: Readonly<Record<string, (o: { rounds: number; events: number | undefined; only: string }) => void | Promise<void>>> = {
  edifact: benchEdifact,
  ingest: benchIngest,
  journeys: benchJourneys,
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
  await benches[name]?.({ rounds, events, only: values.only });
}
