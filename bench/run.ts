// `npm run bench -- [ingest|journeys|edifact|gateway|authorization]`: the only source of published figures; docs/performance.md says how to read them.
import { parseArgs } from 'node:util';
import { benchAuthorization } from './authorization.ts';
import { benchEdifact } from './edifact.ts';
import { runGatewayBench } from './gateway/run.ts';
import { benchIngest } from './ingest.ts';
import { benchJourneys } from './journeys.ts';
import { machine, say } from './measure.ts';

const help = `npm run bench -- [ingest|journeys|edifact|gateway|authorization] [options]     all of them without a name

edifact    CODECO messages read and mapped per second of CPU, beside other inputs of the same package
ingest     messages into PostgreSQL through the door of a party, beside COPY of the same rows
journeys   what readers ask of a party and the directory, beside the same where a tenth is hidden of what is hidden there
gateway    queries through the gateway as built, beside stock @apollo/gateway and two plain proxies that ask the owners the same (Linux)
authorization  what the token, passports, signatures and the log of reads cost the gateway and an owner; after gateway, which builds (Linux)

--rounds N      rounds; in each, all candidates run one after the other (5; gateway 6)
--events N      ingest: events a round (5,000); journeys: events of the party (100,000)
--only TEXT     journeys: questions whose name has this text; gateway: queries
--help          this text

gateway alone
--parties N     schema of so many parties (5); with more, the dashboard of all of them and what planning costs
--peers NAMES   engines of others, installed on demand: hive
--node VERSION  Node that runs the engines: 22 or 24, from NODE_22 or NODE_24, else installed on demand
--slot-ms MS    length of a slot (2,000)
--json          writes all rounds as one line of JSON at the end
--check         ends with 1 where a target is missed
--no-build      measures what was built last

ingest and journeys start a PostgreSQL of their own (see npm run test:postgres -- --help). Figures are min / median / max over the rounds.
CPU time counts, not the clock: other programs on the machine disturb it less.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    events: { type: 'string' },
    only: { type: 'string', default: '' },
    parties: { type: 'string', default: '5' },
    peers: { type: 'string', default: '' },
    node: { type: 'string' },
    'slot-ms': { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
type Options = { rounds: number; events: number | undefined; only: string };
const benches: Readonly<Record<string, (o: Options) => void | Promise<void>>> = {
  edifact: benchEdifact,
  ingest: benchIngest,
  journeys: benchJourneys,
  authorization: benchAuthorization,
  gateway: (o) =>
    runGatewayBench({
      rounds: values.rounds === undefined ? 6 : o.rounds,
      only: o.only,
      parties: Number(values.parties),
      peers: values.peers.split(',').filter(Boolean),
      node: values.node,
      slotMs: Number(values['slot-ms']),
      json: values.json,
      check: values.check,
      build: !values['no-build'],
    }),
};
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
const rounds = Number(values.rounds ?? 5);
const events = values.events === undefined ? undefined : Number(values.events);
const numbers = [rounds, events ?? 1, Number(values.parties), Number(values['slot-ms'])];
const right =
  chosen.every((name) => Object.hasOwn(benches, name)) &&
  numbers.every((one) => Number.isInteger(one) && one > 0) &&
  [undefined, '22', '24'].includes(values.node) &&
  ['', 'hive'].includes(values.peers);
if (values.help || !right) {
  process.stdout.write(help);
  process.exit(values.help ? 0 : 2);
}
say(machine());
for (const name of chosen) {
  say(`\n${name}`);
  await benches[name]?.({ rounds, events, only: values.only });
}
