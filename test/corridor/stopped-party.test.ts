import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Corridor, eventually, startCorridor } from '../setup/corridor.ts';
import { consignment } from '../setup/messages.ts';

const ucr = '4CN91620100MA0000015W-000888';
const query = readFileSync(new URL('../../examples/one-consignment.graphql', import.meta.url), 'utf8');
let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi', 'guizhou'] });
  for (const [party, client, controllerCode] of [
    ['guangxi', 'gx-terminal-system', 'port-operator'],
    ['guizhou', 'gz-terminal-system', 'railway'],
  ] as const) {
    await corridor.post(party, client, {
      contentType: 'application/json',
      format: 'consignment.v1',
      body: consignment({
        recordReference: `${party}-888`,
        controllerCode,
        ucr,
        box: 'LSCU3000020',
        route: [
          ['CNGYA', 'GZ'],
          ['CNQZH', 'GX'],
          ['SGSIN', 'SG'],
        ],
      }),
    });
  }
  await corridor.caughtUp();
});
afterAll(() => corridor.close());

const parts = (answer: Answer): string[] =>
  answer.data.consignments.nodes[0].records.nodes
    .map(({ party, record }: Answer['data']) => `${party.code} ${record === null ? 'null' : record.consignmentStatus}`)
    .sort();

test('a party that is stopped leaves its own part null and is named; started again, it answers as before', async () => {
  const whole = await corridor.ask('sg-terminal', query, { reference: ucr });
  expect([parts(whole), whole.errors]).toEqual([['guangxi BOOKED', 'guizhou BOOKED'], undefined]);

  await corridor.stop('guizhou');
  const partial = await corridor.ask('sg-terminal', query, { reference: ucr });
  expect(parts(partial)).toEqual(['guangxi BOOKED', 'guizhou null']);
  expect(partial.errors?.map(({ extensions: { code, owner } }) => `${code} ${owner}`)).toEqual(['OWNER_UNREACHABLE guizhou']);
  expect(partial.errors?.[0].extensions.ids).toEqual([expect.stringMatching(/^guizhou:consignment-record:/)]);

  await corridor.start('guizhou');
  const again = await eventually(async () => {
    const answer = await corridor.ask('sg-terminal', query, { reference: ucr });
    return answer.errors === undefined ? answer : undefined;
  });
  expect(parts(again as Answer)).toEqual(['guangxi BOOKED', 'guizhou BOOKED']);
});
