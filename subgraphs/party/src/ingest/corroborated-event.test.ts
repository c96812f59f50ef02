import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  aBox,
  aConsignment,
  aSource,
  codeco,
  type Facts,
  guangxiWithSources,
  type IngestUnderTest,
  openIngestUnderTest,
} from '../testing/ingest-under-test.ts';

const profile = { sender: 'COSCAR', timeZone: 'Asia/Shanghai', documentNames: {}, places: {}, sizeTypes: {}, facilities: {} };
const definition = {
  ...guangxiWithSources,
  sources: [
    ...guangxiWithSources.sources,
    { client: 'cos-carrier', formats: ['EDIFACT' as const], controllerCode: 'railway', messageTypes: ['IFTSTA' as const], profile },
  ],
};

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest(definition);
}, 60_000);
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const box = 'LSCU1000016';

/** What the carrier tells of a box at Qinzhou, without naming the terminal. Local time of 26 July 2026. */
function iftsta(
  o: { document?: string; function?: string; prepared?: string; status?: string; at?: string; booking?: boolean } = {},
): string {
  const { document = 'ST-1', function: as = '9', prepared = '260726:1100', status = 'I', at = '202607261140', booking = false } = o;
  const body = [
    `BGM+23+${document}+${as}`,
    'DTM+137:202607261300:203',
    'CNI+1+WB0001',
    `STS+1+${status}`,
    ...(booking ? ['RFF+BN:BK100'] : []),
    `DTM+334:${at}:203`,
    'LOC+175+CNQZH:139:6',
    `EQD+CN+${box}+45R1:102:5+++5`,
  ];
  return [
    `UNB+UNOA:1+COSCAR+GUANGXI+${prepared}+${document}${as}`,
    'UNH+1+IFTSTA:D:00B:UN',
    ...body,
    `UNT+${body.length + 2}+1`,
    `UNZ+1+${document}${as}`,
  ]
    .map((segment) => `${segment}'`)
    .join('\n');
}
const carrier = async (text: string): Promise<void> => {
  const authorization = owner.keys.bearer(aSource('cos-carrier'), definition.audience);
  const answer = await owner.post({ authorization, body: text });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
};
const terminal = async (text: string): Promise<void> => {
  expect((await owner.edifact(text)).status).toBe(200);
};

const shown = () =>
  owner.rows<{ type: string; leads: string | null; retracted: boolean; trip: string | null }>(
    `select m.message_type as type, (select lm.message_type from equipment_event l join source_message lm on lm.source_key = l.source_key where l.id = e.corroborates) as leads,
            e.retracted, dense_rank() over (order by e.equipment_id) || '' as trip
       from equipment_event e join source_message m on m.source_key = e.source_key order by m.message_type, e.event_at`,
  );
const trips = async () => (await owner.rows('select 1 from equipment_record')).length;
const single = { leads: null, retracted: false, trip: '1' };

test('a gate-in told by the terminal and by the carrier is one event on one trip, led by the terminal', async () => {
  await carrier(iftsta());
  await terminal(codeco());
  expect(await shown()).toEqual([
    { ...single, type: 'CODECO' },
    { ...single, type: 'IFTSTA', leads: 'CODECO' },
  ]);
  expect(await trips()).toBe(1);
});

test('the second report tells the directory of both events anew, and of the trip that now begins with the leading one', async () => {
  await carrier(iftsta());
  await owner.told();
  await terminal(codeco());
  expect(await owner.told()).toEqual(['equipment-record 2', 'equipment-event 1', 'equipment-event 2']);
});

test('the leading report taken back, the other leads; the other taken back, it stands alone', async () => {
  await terminal(codeco());
  await carrier(iftsta());
  await terminal(codeco({ function: '1', prepared: '260726:1230', interchange: '2' }));
  expect(await shown()).toMatchObject([
    { type: 'CODECO', leads: null, retracted: true },
    { type: 'IFTSTA', leads: null, retracted: false },
  ]);
  expect(await trips()).toBe(1);

  await owner.empty();
  await terminal(codeco());
  await carrier(iftsta());
  await carrier(iftsta({ function: '1', prepared: '260726:1230' }));
  expect(await shown()).toMatchObject([
    { type: 'CODECO', leads: null, retracted: false },
    { type: 'IFTSTA', leads: null, retracted: true },
  ]);
  expect(await trips()).toBe(1);
});

test('a replacement of the leading report leads in its place, unless it moves the event out of reach', async () => {
  const replacement = (at: string) => codeco({ function: '5', prepared: '260726:1230', interchange: '2', boxes: [aBox(box, at)] });
  await terminal(codeco());
  await carrier(iftsta());
  await terminal(replacement('202607261150'));
  expect(await shown()).toMatchObject([
    { type: 'CODECO', leads: null, retracted: false },
    { type: 'CODECO', leads: null, retracted: true },
    { type: 'IFTSTA', leads: 'CODECO' },
  ]);
  expect(await trips()).toBe(1);

  await owner.empty();
  await terminal(codeco());
  await carrier(iftsta());
  await terminal(replacement('202607261800'));
  expect(await shown()).toMatchObject([
    { type: 'CODECO', leads: null, retracted: true },
    { type: 'CODECO', leads: null, retracted: false },
    { type: 'IFTSTA', leads: null },
  ]);
  expect(await trips()).toBe(2);
});

test('out at the gate in between makes two gate-ins of the two reports', async () => {
  await terminal(codeco());
  await terminal(codeco({ name: '36', document: 'OUT-1', interchange: '2', boxes: [aBox(box, '202607261230')] }));
  await carrier(iftsta({ at: '202607261300' }));
  expect((await shown()).map(({ leads }) => leads)).toEqual([null, null, null]);
  expect(await trips()).toBe(2);
});

test('the booking that one report names puts the other on the same trip, and opens that one to nobody', async () => {
  await owner.send(aConsignment({ equipment: [] }));
  await terminal(codeco());
  await carrier(iftsta({ booking: true }));
  expect(await shown()).toMatchObject([
    { type: 'CODECO', leads: null, trip: '1' },
    { type: 'IFTSTA', leads: 'CODECO', trip: '1' },
  ]);
  expect(await trips()).toBe(1);
  expect(
    await owner.rows(`select m.message_type as type, l.key_kind as by from event_consignment l join equipment_event e on e.id = l.event_id
      join source_message m on m.source_key = e.source_key`),
  ).toEqual([{ type: 'IFTSTA', by: 'BOOKING' }]);
});

test('a gate-in that the carrier tells hours later does not undo the loading', async () => {
  await owner.send(aConsignment());
  await terminal(codeco());
  await terminal(
    codeco({ name: '46', document: 'LOAD-1', interchange: '2', boxes: [aBox(box, '202607261400')] })
      .replace('CODECO', 'COARRI')
      .replace('DTM+7:', 'DTM+203:'),
  );
  await carrier(iftsta({ at: '202607261600' }));
  expect((await shown()).map(({ type, leads }) => [type, leads])).toEqual([
    ['COARRI', null],
    ['CODECO', null],
    ['IFTSTA', 'CODECO'],
  ]);
  expect(await owner.rows('select consignment_status from consignment_record')).toEqual([{ consignment_status: 'IN_TRANSIT' }]);
});

test('reports, what takes them back, an exit and the consignment end in the same rows in whatever order they come', {
  timeout: 120_000,
}, async () => {
  const messages = [
    () => terminal(codeco()),
    () => terminal(codeco({ function: '5', prepared: '260726:1230', interchange: '2', boxes: [aBox(box, '202607261150')] })),
    () => terminal(codeco({ name: '36', document: 'OUT-1', interchange: '3', boxes: [aBox(box, '202607261500')] })),
    () => carrier(iftsta({ booking: true })),
    () => carrier(iftsta({ document: 'ST-2', at: '202607261200' })),
    () => carrier(iftsta({ document: 'ST-2', function: '1', prepared: '260726:1300' })),
    () => carrier(iftsta({ document: 'ST-3', status: 'OA', at: '202607261530' })),
    async () => void (await owner.send(aConsignment({ equipment: [] }))),
  ];
  const after = async (order: typeof messages): Promise<Facts> => {
    await owner.empty();
    for (const send of order) await send();
    return owner.facts();
  };
  const expected = await after(messages);
  expect(expected['events']?.filter((row) => 'corroborates' in row && row.corroborates !== null)).toHaveLength(2);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(messages, { minLength: messages.length }), async (order) => {
      expect(await after(order)).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});
