/**
 * Fault 8: ten kinds of poison are published to a gateway under load, then good releases, one after another. The one that serves goes on, no query
 * fails, each refusal is told with its code. `FAULT_RELOADS` sets how many good ones follow (20 in the short form).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from '@corridor/runtime';
import { makeSigningKey, parties, type Release, releaseDigest, type SigningKey, signRelease } from '@corridor/schemas';
import { composeSupergraph } from '@corridor/schemas/composition';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Federation, ids, startFederation } from '../gateway/federation.ts';
import { eventually } from '../setup/corridor.ts';
import { fileOf, openPublisher } from '../setup/release.ts';
import { simulateSubgraph } from '../simulators/subgraph.ts';

const reloads = Number(process.env['FAULT_RELOADS'] ?? 20);
/** The product's own schema, of the parties that are simulated here: with all of them a build takes twice as long, and says no more. */
const composed = composeSupergraph(parties.filter(({ code }) => code === 'guangxi' || code === 'chongqing')).supergraphSdl;
/** A schema as good as that one, and another: whatever differs, all of it is loaded anew. */
const schema = (mark: string): string => `${composed}\n# ${mark}\n`;

type Line = { readonly code?: string; readonly version?: number | null; readonly alarm?: boolean; readonly msg?: string };
const lines: Line[] = [];
const log = createLogger({ name: 'gateway', stream: { write: (line: string) => void lines.push(JSON.parse(line)) } });
const refusals = (): string[] => lines.flatMap(({ alarm, code }) => (alarm === true && code !== undefined ? [code] : []));
const serving = (): number | null | undefined => lines.findLast(({ msg }) => msg === 'a supergraph release serves')?.version;

const publisher = openPublisher();
let corridor: Federation;
beforeAll(async () => {
  publisher.publish(fileOf(publisher.sign(composed)));
  // A machine that builds schemas all the time is slow, and slowness is no matter of this test.
  const patience = { ownerTimeoutMs: 20_000, directoryTimeoutMs: 20_000, queryTimeoutMs: 30_000 };
  corridor = await startFederation({ release: { ...publisher.settings, intervalMs: 100 }, ...patience }, undefined, log);
});
afterAll(async () => {
  await corridor.close();
  publisher.close();
});

/** What clients saw: every query that was asked, and each answer that was not whole. */
type Ledger = { asked: number; answered: number; postponed: number; readonly failed: string[] };
const questions: readonly (readonly [query: string, answer: unknown])[] = [
  [
    '{ facilities { nodes { id facility { id facilityName { en } } } } }',
    {
      facilities: {
        nodes: [
          [ids.qinzhou, 'Guangxi'],
          [ids.guoyuan, 'Chongqing'],
          [ids.qinzhou, 'Guangxi'],
        ].map(([id, en]) => ({ id, facility: { id, facilityName: { en } } })),
      },
    },
  ],
  [
    `{ facility(id: "${ids.guoyuan}") { facility { facilityName { en } } } }`,
    { facility: { facility: { facilityName: { en: 'Chongqing' } } } },
  ],
];

/**
 * Three clients ask, one question after the other with a breath between, until the work is done, which may wait for so many more answers. One that is
 * told to come back later does, as a client should.
 */
async function underLoad(work: (answers: (count: number) => Promise<void>) => Promise<void>): Promise<Ledger> {
  const ledger: Ledger = { asked: 0, answered: 0, postponed: 0, failed: [] };
  let done = false;
  const client = async (): Promise<void> => {
    while (!done) {
      const [query, expected] = questions[ledger.asked % questions.length] ?? ['', undefined];
      ledger.asked += 1;
      for (;;) {
        const { status, text } = await corridor.ask(query).catch((error: unknown) => ({ status: 0, text: String(error) }));
        if (status === 503 && text.includes('OVERLOADED')) {
          ledger.postponed += 1;
          await wait(1_000);
          continue;
        }
        const { data, errors } = status === 200 ? (JSON.parse(text) as { data?: unknown; errors?: unknown }) : {};
        if (JSON.stringify(data) !== JSON.stringify(expected) || errors !== undefined) ledger.failed.push(`${status} ${text}`);
        else ledger.answered += 1;
        break;
      }
      await wait(50);
    }
  };
  const clients = Array.from({ length: 3 }, client);
  try {
    await work(async (count) => {
      const until = ledger.answered + ledger.failed.length + count;
      await eventually(async () => (ledger.answered + ledger.failed.length >= until ? true : undefined), 60_000);
    });
  } finally {
    done = true;
    await Promise.all(clients);
  }
  return ledger;
}

const stranger: SigningKey = makeSigningKey('stranger');
const first = (): Release => publisher.last() as Release;
/** The successor of what serves, without taking its number in the line. */
const next = (sdl: string, by: SigningKey = publisher.key): Release =>
  signRelease({ version: first().version + 1, createdAt: '2026-11-24T05:48:00Z', previousDigest: releaseDigest(first()), sdl }, by);
const json = (release: Partial<Release>): string => JSON.stringify(release);

const poisons: readonly (readonly [kind: string, bytes: () => string | Uint8Array, code: string])[] = [
  ['an empty file', () => '', 'RELEASE_UNREADABLE'],
  ['garbage', () => Uint8Array.from({ length: 4_096 }, (_, at) => (at * 167 + 13) % 256), 'RELEASE_UNREADABLE'],
  ['a truncated file', () => fileOf(next(schema('x'))).slice(0, 100_000), 'RELEASE_UNREADABLE'],
  ['a schema that is not federated, well signed', () => fileOf(next('schema { query: Query } type Query { a: Int }')), 'RELEASE_SCHEMA'],
  ['an unsigned release', () => json({ ...next(schema('x')), signature: undefined as never }), 'RELEASE_UNSIGNED'],
  ['a bare supergraph', () => schema('x'), 'RELEASE_UNSIGNED'],
  ['a release signed by a stranger', () => fileOf(next(schema('x'), stranger)), 'RELEASE_KEY_UNKNOWN'],
  [
    'a stranger’s signature under the name of our key',
    () => fileOf(next(schema('x'), { ...stranger, id: publisher.key.id })),
    'RELEASE_SIGNATURE_INVALID',
  ],
  ['a release altered after signing', () => json({ ...next(schema('x')), sdl: schema('y') }), 'RELEASE_SIGNATURE_INVALID'],
  [
    'an owner’s address swapped, well signed',
    () => fileOf(next(composed.replace('corridor://guangxi', `${impostor.url}/graphql`))),
    'RELEASE_OWNER_ADDRESS',
  ],
  [
    'a party that defines another’s type, well signed',
    () => fileOf(next(composed.replace(/(\ntype ChongqingPort [^{]*)\{/, '$1  @join__type(graph: GUANGXI, key: "id")\n{'))),
    'RELEASE_OWNER_RULE',
  ],
  [
    'an older release, played again',
    () => fileOf(signRelease({ ...first(), version: 1, sdl: composed }, publisher.key)),
    'RELEASE_REPLAYED',
  ],
  [
    'a schema that no planner can load, well signed',
    () => fileOf(next(composed.replace('facilityName: LocalizedText!', 'facilityName: Nowhere!'))),
    'RELEASE_SCHEMA',
  ],
];
let impostor: Awaited<ReturnType<typeof simulateSubgraph>>;
beforeAll(async () => {
  const { parse } = await import('graphql');
  impostor = await simulateSubgraph(parse('type Query { a: Int }'), {});
});
afterAll(() => impostor.close());

test('poison of every kind is refused with its code while the release that serves goes on, and no query fails', async () => {
  // the line is at its second release, so that there is an older one to play again
  publisher.publish(fileOf(publisher.sign(schema('second'))));
  expect(await eventually(async () => (serving() === 2 ? true : undefined), 60_000)).toBe(true);
  const found: (readonly [kind: string, codes: readonly string[], serving: unknown])[] = [];
  const ledger = await underLoad(async (answers) => {
    for (const [kind, bytes, code] of poisons) {
      const before = refusals().length;
      publisher.publish(bytes());
      await eventually(async () => (refusals().length > before ? true : undefined), 60_000);
      // and while the poison lies there, questions are answered
      await answers(5);
      found.push([kind, refusals().slice(before), serving()]);
      expect([kind, refusals().at(-1)]).toEqual([kind, code]);
    }
  });
  expect(found).toEqual(poisons.map(([kind, , code]) => [kind, [code], 2]));
  expect([ledger.failed, ledger.answered, ledger.answered >= 5 * poisons.length, impostor.received]).toEqual([[], ledger.asked, true, []]);
  const { status } = await corridor.send({ method: 'GET', path: '/readyz' });
  expect(status).toBe(200);
  process.stdout.write(
    `poison: ${found.length} published, ${ledger.asked} queries, 0 failed, ${ledger.postponed} asked again after a 503\n`,
  );
}, 300_000);

test(`afterwards a good release is taken, and ${reloads} in a row lose nothing`, async () => {
  const taken: unknown[] = [];
  const ledger = await underLoad(async (answers) => {
    for (let count = 1; count <= reloads; count += 1) {
      const { version } = publisher.sign(schema(`good ${count}`));
      publisher.publish(fileOf(first()));
      // Half of them are announced by the signal an administrator sends, the others found by looking.
      if (count % 2 === 0) process.emit('SIGHUP');
      await eventually(async () => (serving() === version ? true : undefined), 60_000);
      taken.push(serving());
      expect(taken.at(-1)).toBe(version);
      await answers(3);
    }
  });
  expect(taken).toEqual(Array.from({ length: reloads }, (_, index) => index + 3));
  expect([ledger.failed, ledger.answered, ledger.answered >= 3 * reloads]).toEqual([[], ledger.asked, true]);
  expect(refusals().length).toBe(poisons.length);
  process.stdout.write(`reloads: ${reloads}, ${ledger.asked} queries, 0 failed, ${ledger.postponed} asked again after a 503\n`);
}, 600_000);
