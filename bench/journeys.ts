import { startThrowAwayPostgres } from '../scripts/throw-away-postgres.mjs';
import { openDirectory } from '../subgraphs/directory/src/testing/directory.ts';
import { guangxiUnderTest } from '../subgraphs/party/src/testing/definition.ts';
import { startPartyUnderTest } from '../subgraphs/party/src/testing/party-under-test.ts';
import { fillDirectory, tellAll } from './fill-directory.ts';
import { fillParty } from './fill-party.ts';
import { ownCpu, percentile, say, spread, treeCpu } from './measure.ts';
import { makePopulation, type Size, sizesOf } from './population.ts';
import { type Opened, type Question, questions } from './questions.ts';
import { type Reads, readsOf } from './reads.ts';

type Server = NonNullable<Awaited<ReturnType<typeof startThrowAwayPostgres>>>;

/** What one question cost in one population. */
type Cost = {
  readonly wall: number[];
  /** ms of CPU an asking, per round. */
  readonly cpu: number[];
  readonly reads: (Reads & { readonly returned: number })[];
};

/**
 * Questions of readers over a party and the directory, beside the same over a tenth of what the reader may not see. Through the programs' own doors in this
 * process: signed hop, GraphQL, statements, mask, the log of reads.
 */
export async function benchJourneys(o: { rounds: number; events: number | undefined; only: string }): Promise<void> {
  const { rounds, events = 100_000, only } = o;
  const server = await startThrowAwayPostgres();
  if (server === undefined) return say('left out: this machine has no PostgreSQL');
  try {
    process.env['TEST_DATABASE_URL'] = server.url;
    const sizes = sizesOf(events);
    const small = await open(sizes.small);
    const large = await open(sizes.large);
    try {
      say(header);
      for (const question of questions.filter(({ name }) => name.includes(only))) await compare(server, question, { small, large, rounds });
    } finally {
      for (const { party, directory } of [small, large]) {
        await party.close();
        await directory.close();
      }
    }
  } finally {
    server.stop();
  }
}

const header = `| question | viewer | ms p50 / p99 | CPU ms | returned | rows read per row | buffers | x10 hidden: rows | buffers | CPU |
|---|---|---|---|---|---|---|---|---|---|`;

/** A party and a directory, filled. */
async function open(size: Size): Promise<Opened> {
  const began = performance.now();
  const progress = (what: string): void => say(`  ${((performance.now() - began) / 1_000).toFixed(0)} s: ${what}`);
  const population = makePopulation(size);
  say(`${population.consignments.length} consignments, ${size.seen} of them seen, ${population.consignments.length * 10} events`);
  // who fills a database drops its indexes meanwhile
  const party = await startPartyUnderTest(guangxiUnderTest, 'administrator');
  const directory = await openDirectory({ as: 'administrator' });
  await tellAll(party.store, directory.store, directory.indexKey);
  await fillParty(party.store, population, progress);
  await fillDirectory(directory.store, population, directory.indexKey, progress);
  return { population, party, directory };
}

async function compare(server: Server, question: Question, o: { small: Opened; large: Opened; rounds: number }): Promise<void> {
  // To the owner nothing is hidden: a tenth of what is hidden from others would be a tenth of the answer.
  const populations = question.viewer === 'owner' ? [o.large] : [o.small, o.large];
  const costs = populations.map((): Cost => ({ wall: [], cpu: [], reads: [] }));
  const subjects = await Promise.all(populations.map((opened) => question.subjects(opened)));
  if (subjects.some((each) => each.length === 0)) return say(`${question.name}, ${question.viewer}: too few rows`);
  const answers: string[] = [];
  for (const [at, opened] of populations.entries()) {
    // counts are exact: a quarter of the subjects shows their range
    const counted = (subjects[at] ?? []).filter((_, nth) => nth % 4 === 0);
    const reads = await readsOfQuestion(question, opened, counted);
    costs[at]?.reads.push(...reads.map(({ answer, ...each }) => ({ ...each, returned: answer.length })));
    answers.push(JSON.stringify(reads.map(({ answer }) => answer)));
  }
  if (new Set(answers).size > 1) throw new Error(`${question.name}, ${question.viewer}: what is hidden changes the answer`);
  // round 0 warms up and is not counted
  for (let round = 0; round <= o.rounds; round++) {
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const [opened, cost] = [populations[at], costs[at]];
      if (opened !== undefined && cost !== undefined)
        await slot(server, question, opened, subjects[at] ?? [], round === 0 ? undefined : cost);
    }
  }
  report(question, costs);
}

async function slot(
  server: Server,
  question: Question,
  opened: Opened,
  subjects: readonly object[],
  cost: Cost | undefined,
): Promise<void> {
  const before = ownCpu() + treeCpu(server.pid);
  for (const subject of subjects) {
    const began = performance.now();
    await question.ask(opened, subject);
    cost?.wall.push(performance.now() - began);
  }
  cost?.cpu.push((ownCpu() + treeCpu(server.pid) - before) / subjects.length);
}

type Read = Reads & { readonly answer: readonly string[] };

async function readsOfQuestion(question: Question, opened: Opened, subjects: readonly object[]): Promise<Read[]> {
  const { party, directory } = opened;
  const found: Read[] = [];
  for (const subject of subjects) {
    party.sent.length = 0;
    directory.sent.length = 0;
    const answer = await question.ask(opened, subject);
    const [own, looked] = [await readsOf(party.store, [...party.sent]), await readsOf(directory.store, [...directory.sent])];
    found.push({ rows: own.rows + looked.rows, buffers: own.buffers + looked.buffers, answer });
  }
  return found;
}

function report({ name, viewer }: Question, costs: readonly Cost[]): void {
  const large = costs.at(-1);
  if (large === undefined) return;
  const perRow = large.reads.map(({ rows, returned }) => rows / Math.max(1, returned));
  const ratio = (of: (cost: Cost) => readonly number[]): string => {
    const [few, many] = costs.map(of);
    return few === undefined || many === undefined
      ? ''
      : spread(
          many.map((value, at) => value / (few[at] ?? Number.NaN)),
          2,
        );
  };
  const cells = [
    name,
    viewer,
    `${percentile(large.wall, 50).toFixed(1)} / ${percentile(large.wall, 99).toFixed(1)}`,
    spread(large.cpu, 1),
    spread(large.reads.map(({ returned }) => returned)),
    spread(perRow, 1),
    spread(large.reads.map(({ buffers }) => buffers)),
    ratio(({ reads }) => reads.map(({ rows }) => rows)),
    ratio(({ reads }) => reads.map(({ buffers }) => buffers)),
    ratio(({ cpu }) => cpu),
  ];
  say(`| ${cells.join(' | ')} |`);
}
