import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anEquipmentEvent, aShipmentEvent, aTransportEvent, eventID, qinzhouCall } from '../testing/dcsa-events.ts';
import { aBox, aConsignment, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
}, 60_000);
afterAll(() => owner.close());

const boxes = ['LSCU1000016', 'LSCU1000021'];

/** An event of the carrier: what it tells, and which of the others it takes back, if any. */
type Drawn = {
  readonly kind: 'EQUIPMENT' | 'TRANSPORT' | 'SHIPMENT';
  readonly classifier: string;
  readonly code: number;
  readonly box: number;
  readonly minute: number;
  readonly booking: boolean;
  readonly retracts: number | null;
  readonly repeats: boolean;
};
const drawn: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom('EQUIPMENT', 'EQUIPMENT', 'TRANSPORT', 'SHIPMENT'),
  classifier: fc.constantFrom('PLN', 'EST', 'ACT', 'ACT'),
  code: fc.nat(3),
  box: fc.nat(1),
  minute: fc.nat(3),
  booking: fc.boolean(),
  retracts: fc.option(fc.nat(8), { freq: 2 }),
  repeats: fc.boolean(),
});
// Told in every run of this test: a plan of a box is taken back by what happened, and that by what happened otherwise.
const plan: Drawn = { kind: 'EQUIPMENT', classifier: 'PLN', code: 0, box: 0, minute: 0, booking: true, retracts: null, repeats: false };
const replacedPlan: Drawn[] = [
  plan,
  { ...plan, classifier: 'ACT', minute: 1, retracts: 0 },
  { ...plan, classifier: 'ACT', minute: 2, retracts: 1 },
  { ...plan, classifier: 'EST', code: 3 },
];
/** A report of the terminal, by EDIFACT, and what corrects it. */
const gate = fc.record({ box: fc.nat(1), minute: fc.nat(3), isOut: fc.boolean(), correctedBy: fc.constantFrom('', '5', '1') });

test('events of three kinds, planned, expected and actual, with what takes them back, and EDIFACT of the same boxes end in the same rows, whatever the order', {
  timeout: 300_000,
}, async () => {
  const seen = { retracted: 0, replacing: 0, planned: 0, duplicates: 0 };
  const orders = fc.infiniteStream(fc.nat());
  await fc.assert(
    fc.asyncProperty(
      fc.array(drawn, { minLength: 4, maxLength: 9 }),
      fc.array(gate, { maxLength: 2 }),
      orders,
      async (events, gates, stream) => {
        const told = events.map((_, index) => eventOf(events, index));
        const sent = [...told.map((event) => JSON.stringify([event])), ...gates.flatMap(messagesOf), ''];
        // Some come twice; and some of the carrier's come in one body.
        const again = sent.filter((_, index) => index % 3 === 0);
        const expected = await after(sent);
        for (const row of expected['events'] as { retracted: boolean; stands_for: unknown; event_classifier_code: string }[]) {
          if (row.retracted) seen.retracted += 1;
          if (row.stands_for !== null) seen.replacing += 1;
          if (row.event_classifier_code !== 'ACT') seen.planned += 1;
        }
        seen.duplicates += again.length;
        const shuffled = (messages: readonly string[]) =>
          messages
            .map((text) => ({ text, key: stream.next().value }))
            .sort((one, other) => one.key - other.key)
            .map(({ text }) => text);
        expect(await after(shuffled([...sent, ...again]))).toEqual(expected);
        expect(await after([...sent].reverse())).toEqual(expected);
        expect(await after([...gates.flatMap(messagesOf), JSON.stringify([...told].reverse()), ''])).toEqual(expected);
      },
    ),
    { numRuns: 8, examples: [[replacedPlan, [], fc.stream(Array.from({ length: 30 }, (_, n) => (n * 7) % 30).values())]] },
  );
  expect(Object.values(seen).filter((count) => count === 0)).toEqual([]);
});

/** The stored facts without what depends on nothing but the order of calls' creation: ids. */
async function after(sent: readonly string[]): Promise<{ readonly [table: string]: readonly object[] }> {
  await owner.empty();
  for (const text of sent) {
    const { status, body } =
      text === ''
        ? await owner.send(aConsignment({ equipment: boxes.map((equipmentReference) => ({ equipmentReference })) }))
        : text.startsWith('[')
          ? await owner.sendEvents(JSON.parse(text))
          : await owner.edifact(text);
    expect([status, body.messages.filter(({ outcome }) => outcome === 'REFUSED')]).toEqual([200, []]);
  }
  return {
    ...(await owner.facts()),
    ...Object.fromEntries(await Promise.all(Object.entries(told).map(async ([name, text]) => [name, await owner.rows<object>(text)]))),
  };
}

const told: { readonly [name: string]: string } = {
  calls: `select noun, vessel_imo_number, carrier_import_voyage_number, carrier_export_voyage_number, timestamps, sort_day,
      (select jsonb_agg(jsonb_build_array(c.record_key, l.key_kind) order by c.record_key)
         from call_consignment l join consignment_record c on c.id = l.record_id where l.call_id = t.id) as consignments
    from transport_call t order by vessel_imo_number, carrier_export_voyage_number`,
  transportEvents: `select e.transport_event_type_code, e.event_classifier_code, e.event_at, e.told_at, e.retracted,
      (select jsonb_build_array(o.transport_event_type_code, o.event_classifier_code, o.event_at) from transport_event o where o.id = e.retracted_event_id) as stands_for
    from transport_event e order by 1, 2, 3, 4, 5`,
  shipmentEvents: `select e.external_event_id, e.shipment_event_type_code, e.event_at, e.told_at, e.retracted,
      (select o.external_event_id from shipment_event o where o.id = e.retracted_event_id) as stands_for,
      (select jsonb_agg(jsonb_build_array(c.record_key, l.key_kind) order by c.record_key)
         from shipment_event_consignment l join consignment_record c on c.id = l.record_id where l.event_id = e.id) as consignments
    from shipment_event e order by 1`,
  externalEvents:
    'select source, external_event_id, noun, statement_sha256, retracts_external_event_id, told_at from external_event order by 1, 2',
};

/** The event at an index. It takes back an earlier one or none: a sender's later event knows the earlier, so there is no circle. */
function eventOf(events: readonly Drawn[], index: number): object {
  const own = events[index];
  if (own === undefined) throw new RangeError('an index of the list');
  const target = own.retracts === null || own.retracts >= index ? undefined : own.retracts;
  const earlier = target === undefined ? undefined : events[target];
  const says = own.repeats && earlier !== undefined ? statementOf(earlier) : statementOf(own);
  return {
    ...says,
    eventID: eventID(`event ${index}`),
    eventCreatedDateTime: `2026-07-26T0${index}:00:00Z`,
    ...(target === undefined ? {} : { retractedEventID: eventID(`event ${target}`) }),
  };
}

const codes = ['GTIN', 'LOAD', 'DISC', 'GTOT'];

function statementOf({ kind, classifier, code, box, minute, booking }: Drawn): object {
  const eventDateTime = `2026-07-26T03:0${minute}:00Z`;
  const documentReferences = booking ? [{ documentReferenceType: 'BKG', documentReferenceValue: 'BK100' }] : [];
  const common = { eventClassifierCode: classifier, eventDateTime, documentReferences };
  if (kind === 'TRANSPORT') return aTransportEvent({ ...common, transportEventTypeCode: code % 2 === 0 ? 'ARRI' : 'DEPA' });
  if (kind === 'SHIPMENT') return aShipmentEvent({ ...common, eventClassifierCode: 'ACT', documentID: booking ? 'BK100' : 'BK200' });
  return anEquipmentEvent({
    ...common,
    equipmentEventTypeCode: codes[code],
    equipmentReference: boxes[box],
    transportCall: qinzhouCall,
  });
}

function messagesOf(
  { box, minute, isOut, correctedBy }: { box: number; minute: number; isOut: boolean; correctedBy: string },
  index: number,
): string[] {
  const as = (code: string, more: number) =>
    codeco({
      name: isOut ? '36' : '34',
      document: `D${index}`,
      function: code,
      prepared: `260726:12${index}${more}`,
      interchange: `${index}${more}`,
      boxes: [aBox(boxes[box], `2026072611${String(minute).padStart(2, '0')}`)],
    });
  return correctedBy === '' ? [as('9', 0)] : [as('9', 0), as(correctedBy, 1)];
}
