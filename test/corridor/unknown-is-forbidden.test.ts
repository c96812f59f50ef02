/**
 * Unknown is forbidden: whatever happens to what a caller may not know of, every answer it gets stays the same, in its bytes, headers, cost, errors and
 * masked notes, and in what it takes to make it. Each root field and each argument of the graph is asked by four callers before hidden records come,
 * after they came, after they changed, and after they went.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { demoMessages } from '@corridor/local';
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, type Part, startCorridor } from '../setup/corridor.ts';
import { takeDemoIn } from '../setup/demo.ts';
import { askable, asked, type Question, schemaOf } from '../setup/graph-questions.ts';
import { boxNumber } from '../setup/messages.ts';
import { type Observer, startObserving, type WholeAnswer } from '../setup/whole-answer.ts';
import { cargo, type HiddenCargo, hide, knownOf, questionsAbout } from './unknown-is-forbidden.ts';

// Nobody, a province beside the route, a foreign firm on the route of other goods, and a firm that is named on other goods.
const viewers = [null, 'gz-officer', 'sg-terminal', 'lz-forwarder'] as const;
const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const owners = ['guangxi', 'chongqing'] as const;
const mostPages = 3;

// Of a consignment others know of the oldest record: hidden from them, here from the beginning.
const oldest: HiddenCargo = { ...cargo.apples, reference: 'HID-0', booking: 'LSB269980' };

let corridor: Corridor;
let schema: GraphQLSchema;
let questions: readonly Question[];
let observer: Observer;
beforeAll(async () => {
  corridor = await startCorridor({ only: owners });
  await hide(corridor, [oldest]);
  await takeDemoIn(
    corridor,
    demoMessages(now).filter(
      ({ party, body }) => owners.some((owner) => owner === party) && /LSB2600123|LSB2600207|3100007|X9571|X9576|X9582/.test(body),
    ),
  );
  schema = await schemaOf(corridor);
  // Reads from here on stand in the access logs: they are asked about until now.
  await wait(20);
  questions = questionsAbout(schema, await knownOf(corridor), new Date().toISOString());
  await wait(20);
  observer = startObserving();
}, 180_000);
afterAll(async () => {
  observer?.close();
  await corridor?.close();
});

test('every root field and every argument of the graph is asked', () => {
  const places = askable(schema);
  const covered = asked(schema, questions);
  expect(places.size).toBeGreaterThan(60);
  expect([...places].filter((place) => !covered.has(place))).toEqual([]);
});

test('hidden records that come, change and go change no answer of who may not know of them', { timeout: 900_000 }, async () => {
  const hidden: readonly HiddenCargo[] = [
    ...[1, 2, 3, 4].map((serial) => ({ reference: `HID-${serial}`, box: boxNumber(880_000 + serial), booking: `LSB26998${serial}` })),
    // the box, the vessel and the papers of cargo that the others see
    { ...cargo.apples, reference: 'HID-5', ucr: '4CN91500000MA0000088X-000005', booking: 'LSB269985' },
    { ...cargo.parts, reference: 'HID-6', ucr: '4CN91500000MA0000088X-000006', booking: 'LSB269986' },
    // one more record of a consignment that the others see
    { ...cargo.apples, reference: 'HID-7', booking: 'LSB269987' },
  ];
  const before = await answersOf();
  // Otherwise nothing would be compared: what is asked about is there, for those who may see it.
  expect([...before.values()].filter(({ text }) => text.includes('"nodes":[{')).length).toBeGreaterThan(40);
  expect([...before].filter(([, { status }]) => status !== 200).map(([name, { text }]) => [name, text])).toEqual([]);

  await hide(corridor, hidden);
  expect(await seenBy('cq-officer', hidden)).toBe(hidden.length);
  compare('came', before, await answersOf());

  await hide(corridor, hidden, { revision: 2, box: boxNumber(889_000) });
  compare('changed', only(before, ['lz-forwarder']), await answersOf(['lz-forwarder']));

  await hide(corridor, hidden, { revision: 3, cancelled: true });
  expect(await seenBy('cq-officer', hidden)).toBe(0);
  compare('went', before, await answersOf());

  // With its oldest record a consignment changes its place in the index, and a list of changes shows it once more to everybody who may know of it: not
  // closed, see docs/decisions/2026-11-24-consignments-by-known-records.md.
  await hide(corridor, [oldest], { revision: 3, cancelled: true });
  const others = [...only(before, ['gz-officer'])].filter(([name]) => !name.includes('changedSince'));
  compare(
    'oldest went',
    new Map(others),
    new Map([...(await answersOf(['gz-officer']))].filter(([name]) => !name.includes('changedSince'))),
  );
});

async function seenBy(persona: string, hidden: readonly HiddenCargo[]): Promise<number> {
  const keys = hidden.map(({ booking }) => ({ referenceType: 'BOOKING', reference: booking, carrierCode: 'LSCL' }));
  const query = 'query ($keys: [ConsignmentKey!]!) { consignmentsByKey(keys: $keys) { consignments { id } } }';
  // a province on the route may look up what it knows of by its box alone: bookings are masked, but not the way to them
  const { data } = await corridor.ask(persona, query, { keys });
  return data.consignmentsByKey.filter(({ consignments }: Part) => consignments.length > 0).length;
}

function compare(what: string, before: ReadonlyMap<string, WholeAnswer>, after: ReadonlyMap<string, WholeAnswer>): void {
  const changed = [...before].filter(([name, answer]) => JSON.stringify(answer) !== JSON.stringify(after.get(name)));
  expect([what, changed.map(([name, answer]) => ({ name, before: answer, after: after.get(name) }))]).toEqual([what, []]);
  expect(after.size).toBe(before.size);
}

function only(answers: ReadonlyMap<string, WholeAnswer>, of: readonly string[]): Map<string, WholeAnswer> {
  return new Map([...answers].filter(([name]) => of.some((viewer) => name.startsWith(`${viewer}: `))));
}

/** All answers, page by page, by viewer, question and page. */
async function answersOf(of: readonly (string | null)[] = viewers): Promise<Map<string, WholeAnswer>> {
  const answers = new Map<string, WholeAnswer>();
  for (const viewer of of)
    for (const question of questions)
      for (const [page, answer] of (await pagesOf(viewer, question)).entries())
        answers.set(`${viewer ?? 'anonymous'}: ${question.name}, page ${page + 1}`, answer);
  return answers;
}

async function pagesOf(viewer: string | null, { document, variables = {}, pages }: Question): Promise<WholeAnswer[]> {
  const answers: WholeAnswer[] = [];
  for (let after: string | null = null; ; ) {
    let text = '';
    answers.push(
      await patiently(() =>
        observer.observe(async () => {
          const reply = await corridor.askForBytes(viewer, document, { ...variables, after });
          text = reply.text;
          return reply;
        }),
      ),
    );
    after = pages === undefined ? null : endOf(JSON.parse(text).data, pages);
    if (after === null || answers.length === mostPages) return answers;
  }
}

/** The cursor behind the page at that place, of the first parent that has one; `null` at its end. */
function endOf(data: Part, path: readonly string[]): string | null {
  const [step, ...rest] = path;
  if (data === null || data === undefined) return null;
  if (Array.isArray(data)) return data.map((each) => endOf(each, path)).find((end) => end !== null) ?? null;
  if (step === undefined) return data.pageInfo?.hasNextPage ? data.pageInfo.endCursor : null;
  return endOf(data[step], rest);
}

// All programs share this process: one that missed its deadline is asked again.
async function patiently(ask: () => Promise<WholeAnswer>): Promise<WholeAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (attempt === 10 || !/OWNER_TIMEOUT|OWNER_UNREACHABLE|"state":"BEHIND"|"state":"FAILING"/.test(answer.text)) return answer;
    await wait(200);
  }
}
