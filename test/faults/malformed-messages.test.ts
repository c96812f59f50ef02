/**
 * Fault 9: malformed EDI and JSON at a real door. Good messages are cut, flipped, doubled and mixed, 500 of them by default (MALFORMED_MESSAGES), from a
 * seed that is printed and repeats a run (MALFORMED_SEED); where CORPUS_DIR is set, files of others are sent too, whole and mutated, and never kept.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isErrorCode } from '@corridor/schemas';
import { openStore, sql } from '@corridor/store';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type Corridor, type Part, startCorridor } from '../setup/corridor.ts';
import { boxNumber, codeco, consignment } from '../setup/messages.ts';

const count = Number(process.env['MALFORMED_MESSAGES'] ?? 500);
const seed = Number(process.env['MALFORMED_SEED'] ?? Date.now() % 1_000_000);
const corpus = process.env['CORPUS_DIR'];

type Sent = { readonly contentType: string; readonly format?: string; readonly body: Buffer };

let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi'] });
}, 300_000);
afterAll(() => corridor?.close());

const edifact = (serial: number): Sent => ({
  contentType: 'application/EDIFACT',
  body: Buffer.from(
    codeco({
      document: `MF${serial}`,
      box: boxNumber(500_000 + serial),
      booking: `LSB27${serial}`,
      function: serial % 3 === 0 ? '5' : '9',
    }),
  ),
});
const json = (serial: number): Sent => ({
  contentType: 'application/json',
  format: 'consignment.v1',
  body: Buffer.from(
    consignment({
      recordReference: `MF-${serial}`,
      ucr: `4CN91500000MA0000077X-${serial}`,
      booking: `LSB27${serial}`,
      box: boxNumber(500_000 + serial),
      route: [
        ['CNCQI', 'CQ'],
        ['CNQZH', 'GX'],
      ],
    }),
  ),
});

/** What befalls a message on its way: each a place from 0 to 1 and a dice. */
const mishap = fc.record({
  kind: fc.nat(8),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  dice: fc.nat(255),
});
const mishaps = fc.array(mishap, { minLength: 1, maxLength: 4 });

function befall(body: Buffer, { kind, at, to, dice }: { kind: number; at: number; to: number; dice: number }): Buffer {
  const [from, end] = [Math.floor(at * body.length), Math.floor(to * body.length)].sort((a, b) => a - b) as [number, number];
  const bytes = Buffer.from(body);
  switch (kind) {
    case 0:
      return bytes.subarray(0, from);
    case 1:
      return bytes.subarray(from);
    case 2:
      if (bytes.length > 0) bytes[Math.min(from, bytes.length - 1)] = dice;
      return bytes;
    case 3:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(from, end), bytes.subarray(end)]);
    case 5:
      return Buffer.concat([
        bytes.subarray(0, from),
        Buffer.from(["'", '+', ':', '?', '"', '{', '}', '[', ',', '\0', '\n', '\u{1f600}'][dice % 12] ?? ''),
        bytes.subarray(from),
      ]);
    case 6:
      return Buffer.from(bytes.toString('latin1').replace(/\d+/, dice % 2 === 0 ? '9'.repeat(1 + dice * 4) : '-0'), 'latin1');
    case 7:
      return Buffer.from(bytes.toString('latin1').replaceAll(dice % 2 === 0 ? "'" : ',', dice % 2 === 0 ? "'\r\n" : ',,'), 'latin1');
    default:
      return Buffer.concat([bytes, bytes.subarray(from, end)]);
  }
}

test('malformed messages end in an answer that names what is wrong and where, and leave nothing half written', {
  timeout: 120_000 + count * 400,
}, async () => {
  const run = `malformed messages: MALFORMED_MESSAGES=${count} MALFORMED_SEED=${seed}`;
  process.stdout.write(`${run}\n`);
  let last = '';
  onTestFailed(() => void process.stdout.write(`${run} failed at ${last}\n`));
  const others = corpusFiles();
  if (corpus === undefined) console.warn('CORPUS_DIR is not set: files of others were NOT sent to the door');
  const damages = fc.sample(mishaps, { seed, numRuns: count });
  const messages: readonly Sent[] = [
    ...others,
    ...damages.map((damage, serial) => {
      const made =
        others.length > 0 && serial % 4 === 0
          ? (others[serial % others.length] ?? edifact(serial))
          : serial % 2 === 0
            ? edifact(serial)
            : json(serial);
      return { ...made, body: damage.reduce(befall, made.body) };
    }),
  ];
  expect(messages.length).toBeGreaterThanOrEqual(count);
  const figures = { sent: 0, refused: 0, taken: 0, unreadable: 0 };
  const refused = new Set<string>();
  for (const message of messages) {
    last = `${message.format ?? 'EDIFACT'} ${message.body.subarray(0, 2_000).toString('base64')}`;
    const { status, body } = await corridor.post('guangxi', 'gx-terminal-system', message);
    figures.sent += 1;
    expect([200, 400, 413, 415, 422]).toContain(status);
    if (body.errors !== undefined) {
      // not a message at all: a code of a request, as the harness has checked
      figures.unreadable += 1;
      continue;
    }
    check(message, status, body);
    const outcomes: string[] = body.messages.map(({ outcome }: Part) => outcome);
    figures.refused += outcomes.filter((outcome) => outcome === 'REFUSED').length;
    figures.taken += outcomes.filter((outcome) => outcome === 'TAKEN').length;
    if (!outcomes.includes('TAKEN')) refused.add(body.sha256);
  }
  process.stdout.write(`${run}: ${JSON.stringify(figures)}\n`);
  expect([figures.refused > count / 10, figures.taken > 0]).toEqual([true, true]);
  expect(await traces(refused)).toEqual({ messages: 0, records: 0 });
});

/** What every answer must hold. */
function check(message: Sent, status: number, body: Part): void {
  const findings: Part[] = body.findings;
  const errors = findings.filter(({ severity }) => severity === 'error');
  expect(findings.filter(({ code }) => !isErrorCode(code))).toEqual([]);
  const isNothing = body.messages.every(({ outcome }: Part) => outcome === 'REFUSED');
  expect([status, errors.length > 0 || !isNothing]).toEqual([isNothing ? 422 : 200, true]);
  for (const finding of errors) {
    // EDIFACT counts segments from 1; JSON names the place, and the whole message by none
    if (message.format === undefined) expect(finding.segment).toBeGreaterThan(0);
    else expect(finding.path).toEqual(expect.any(String));
    expect(String(finding.value ?? '').length).toBeLessThanOrEqual(35);
  }
}

/** Rows that messages have left of which nothing was taken in; read from the owner's database while its program is down. */
async function traces(sha256s: ReadonlySet<string>): Promise<{ readonly messages: number; readonly records: number }> {
  await corridor.stop('guangxi');
  const store = await openStore({ model: 'party', owner: 'guangxi', dataDir: join(corridor.dataFolder, '.data'), clock: Date.now });
  try {
    const messages = await store.query<{ key: string }>(
      sql`select sm.source_key as key from source_message sm join raw_message rm on rm.id = sm.raw_message_id where rm.sha256 = any(${[...sha256s]}::text[])`,
    );
    const records = await store.query<{ key: string }>(
      sql`select ev.id as key from equipment_event ev where not exists (select 1 from source_message sm where sm.source_key = ev.source_key)`,
    );
    return { messages: messages.length, records: records.length };
  } finally {
    await store.close();
    await corridor.start('guangxi');
  }
}

function corpusFiles(): readonly Sent[] {
  if (corpus === undefined) return [];
  return readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^edifact/.test(name) && statSync(join(corpus, name)).isFile() && statSync(join(corpus, name)).size < 1_000_000)
    .map((name) => ({ contentType: 'application/EDIFACT', body: readFileSync(join(corpus, name)) }));
}
