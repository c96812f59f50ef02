import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

// Files of others, found by CORPUS_DIR and never part of the project: each goes through the real door.
const corpus = process.env['CORPUS_DIR'];
const folder = join('dcsa', 'examples');
const files = corpus === undefined ? [] : readdirSync(join(corpus, folder)).sort();

if (corpus === undefined) {
  const notice = 'CORPUS_DIR is not set: what the door makes of DCSA files of others was NOT checked';
  console.warn(`party: ${notice}`);
  test.skip(notice, () => {});
}

/** What becomes of each event of a file, in its order: `taken`, or the code that it is refused with and the path it stands at. */
const taken = { outcome: 'TAKEN', refusedWith: [] };
const refused = (...refusedWith: string[]) => ({ outcome: 'REFUSED', refusedWith });
const ofVersion3 = (path: string) => refused(`MESSAGE_TYPE_UNSUPPORTED ${path}`);
const expected: { readonly [file: string]: { readonly events: readonly object[]; readonly rows: readonly number[] } } = {
  // rows: of equipment, transport and shipment events
  'tnt-220-response.json': { events: Array.from({ length: 7 }, () => taken), rows: [2, 1, 3] },
  // Well-formed and untrue: kept, with what is strange flagged.
  'tnt-220-response-wrong-attribute-values.json': { events: [taken, taken, taken], rows: [1, 1, 1] },
  'tnt-220-response-wrong-structure.json': {
    events: [refused('FIELD_INVALID 0.eventType'), refused('FIELD_INVALID 1.eventType')],
    rows: [0, 0, 0],
  },
  'tnt-300-request-equipment.json': { events: [ofVersion3('events.0.eventClassification')], rows: [0, 0, 0] },
  'tnt-300-request-iot.json': { events: [ofVersion3('events.0.eventClassification')], rows: [0, 0, 0] },
  'tnt-300-request-reefer.json': { events: [ofVersion3('events.0.eventClassification')], rows: [0, 0, 0] },
  'tnt-300-request-shipment.json': { events: [ofVersion3('events.0.eventClassification')], rows: [0, 0, 0] },
  'tnt-300-response.json': { events: [0, 1, 2, 3, 4].map((index) => ofVersion3(`events.${index}.eventClassification`)), rows: [0, 0, 0] },
};

describe.skipIf(corpus === undefined)('DCSA files of others at the door', () => {
  let owner: IngestUnderTest;
  beforeAll(async () => {
    owner = await openIngestUnderTest();
  }, 60_000);
  afterAll(async () => {
    await owner.close();
  });

  test('are all looked at', () => {
    expect(files).toEqual(Object.keys(expected).sort());
  });

  test.each(files)('%s: each event is taken in, or refused for what is wrong with it; a second time changes nothing', async (file) => {
    await owner.empty();
    const body = readFileSync(join(corpus ?? '', folder, file), 'utf8');
    const answer = await owner.sendEvents(JSON.parse(body));
    const errors = answer.body.findings.filter(({ severity }) => severity === 'error');
    const events = answer.body.messages.map(({ outcome }, index) => ({
      outcome,
      refusedWith: errors.filter(({ path = '' }) => isIn(path, index)).map(({ code, path }) => `${code} ${path}`),
    }));
    const count = async (table: string) =>
      (await owner.rows<{ count: number }>(`select count(*)::int as count from ${table}`))[0]?.count ?? 0;
    const rows = [await count('equipment_event'), await count('transport_event'), await count('shipment_event')];
    expect({ events, rows }).toEqual(expected[file]);
    expect(answer.status).toBe(events.some(({ outcome }) => outcome === 'TAKEN') ? 200 : 422);

    const stored = await owner.facts();
    const again = await owner.sendEvents(JSON.parse(body));
    expect(again.body.messages.map(({ outcome }) => outcome)).toEqual(
      events.map(({ outcome }) => (outcome === 'TAKEN' ? 'DUPLICATE' : outcome)),
    );
    expect(await owner.facts()).toEqual(stored);
  });

  test.runIf(files.includes('tnt-220-response-wrong-attribute-values.json'))('untrue values are flagged at their place', async () => {
    await owner.empty();
    const body = readFileSync(join(corpus ?? '', folder, 'tnt-220-response-wrong-attribute-values.json'), 'utf8');
    const { findings } = (await owner.sendEvents(JSON.parse(body))).body;
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(
      expect.arrayContaining([
        'LOCATION_UNKNOWN 0.transportCall.UNLocationCode',
        'EQUIPMENT_REFERENCE_CHECK_DIGIT 2.equipmentReference',
        'LOCATION_UNKNOWN 2.eventLocation.UNLocationCode',
      ]),
    );
  });
});

function isIn(path: string, index: number): boolean {
  return path.split('.').find((part) => /^\d+$/.test(part)) === String(index);
}
