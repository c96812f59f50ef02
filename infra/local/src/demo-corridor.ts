/**
 * The named consignments of the demo corridor: four plain journeys and four with something amiss, told by each holder to its own door by its own source system. Firms are invented, box and
 * vessel numbers are synthetic with valid check digits, every time counts from the demo's first start.
 */
import { consignmentMessage } from '@corridor/schemas';
import type { DemoMessage } from './demo.ts';
import { codeco, type Gate } from './demo-codeco.ts';
import { type Handling, handlingReport } from './demo-handling.ts';
import { apples, durian, type Journey, parts, tyres } from './demo-journeys.ts';
import { namedCalls } from './demo-named-calls.ts';
import { type DemoHolder, demoGates, demoSources } from './demo-sources.ts';
import { corrected, gap, held, split } from './demo-threads.ts';

const { tuanjiecun, dongchuan, dulaying, eastStation, beibuGulf, tuas, youyiguan: youyiguanGate } = demoGates;

const hourMs = 3_600_000;

/** All messages, each holder's in the order its source sends them; equal for equal `now` (ms since the epoch), to the byte. */
export function demoMessages(now: number): DemoMessage[] {
  const start = Math.floor(now / hourMs) * hourMs;
  const hours = (count: number): string => instant(start + count * hourMs);
  const [motorcycleParts, freshApples, truckTyres, freshDurian] = [parts(hours), apples(hours), tyres(hours), durian(hours)];
  const report: Report = (holder, journey, gate) => {
    const { client, sender } = demoSources[holder];
    const { hour, ...said } = gate;
    const body = codeco({ ...journey.gate, ...said, sender, recipient: 'CORRIDOR', at: start + hour * hourMs });
    return { party: holder, client, contentType: 'application/EDIFACT', query: '', body };
  };
  const handle: Handle = (holder, { gate: { laden: _, ...box } }, handling) => {
    const { client, sender } = demoSources[holder];
    const { hour, ...said } = handling;
    const body = handlingReport([{ ...box, ...said, sender, recipient: 'CORRIDOR', at: start + hour * hourMs }]);
    return { party: holder, client, contentType: 'application/EDIFACT', query: '', body };
  };
  return [
    tell('chongqing', 'CQ-2026-000123', motorcycleParts),
    report('chongqing', motorcycleParts, { hour: -198, type: 'GTIN', document: 'CQ0000123', place: tuanjiecun }),
    handle('chongqing', motorcycleParts, { hour: -194, type: 'LOAD', document: 'CQ0000124', place: tuanjiecun, carriage: blockTrain }),
    tell('gansu', 'GS-2026-000207', freshApples),
    report('gansu', freshApples, { hour: -74, type: 'GTIN', document: 'GS0000207', place: dongchuan }),
    report('gansu', freshApples, { hour: -72, type: 'GTOT', document: 'GS0000208', place: dongchuan }),
    tell('guizhou', 'GZ-2026-000207', freshApples),
    report('guizhou', freshApples, { hour: -30, type: 'GTIN', document: 'GZ0000207', place: dulaying }),
    report('guizhou', freshApples, { hour: -24, type: 'GTOT', document: 'GZ0000208', place: dulaying }),
    tell('guizhou', 'GZ-2026-000311', truckTyres),
    report('guizhou', truckTyres, { hour: -60, type: 'GTOT', document: 'GZ0000311', place: dulaying }),
    tell('guangxi', 'GX-2026-000123', motorcycleParts),
    handle('guangxi', motorcycleParts, { hour: -144, type: 'DISC', document: 'GX0000121', place: eastStation, carriage: blockTrain }),
    report('guangxi', motorcycleParts, { hour: -142, type: 'GTIN', document: 'GX0000123', place: beibuGulf }),
    handle('guangxi', motorcycleParts, { hour: -136, type: 'LOAD', document: 'GX0000124', place: beibuGulf, carriage: voyage024S }),
    // The apples should have come four hours ago.
    tell('guangxi', 'GX-2026-000207', freshApples),
    tell('guangxi', 'GX-2026-000311', truckTyres),
    // The tyres came after their vessel had left.
    report('guangxi', truckTyres, { hour: -2, type: 'GTIN', document: 'GX0000311', place: beibuGulf }),
    tell('guangxi', 'GX-2026-000055', freshDurian),
    report('guangxi', freshDurian, { hour: -3, type: 'GTIN', document: 'GX0000055', place: youyiguanGate }),
    tell('asean', 'SG-2026-000123', motorcycleParts),
    handle('asean', motorcycleParts, { hour: -8, type: 'DISC', document: 'SG0000123', place: tuas, carriage: voyage024S }),
    tell('asean', 'SG-2026-000207', freshApples),
    ...threads(hours, report, handle),
    ...namedCalls(hours).map(({ holder, message }) => messageOf(holder, 'transport-call.v1', message)),
  ];
}

const blockTrain = { is: 'train', trainNumber: 'X9571' } as const;
const voyage024S = { is: 'vessel', vesselIMONumber: '3100007', vesselName: 'LAND SEA SAMPLE', voyageNumber: '024S' } as const;

type Handle = (
  holder: DemoHolder,
  journey: Journey,
  handling: Pick<Handling, 'type' | 'document' | 'place' | 'carriage'> & { readonly hour: number },
) => DemoMessage;

type Report = (
  holder: DemoHolder,
  journey: Journey,
  gate: Pick<Gate, 'type' | 'document' | 'place' | 'function'> & { readonly hour: number },
) => DemoMessage;

// One held, one corrected, one with a gap, one split over two vessels.
function threads(hours: (count: number) => string, report: Report, handle: Handle): DemoMessage[] {
  const [dragonFruit, gojiBerries, splitParts, carParts] = [held(hours), gap(hours), split(hours), corrected(hours, 720)];
  const secondBox = { ...splitParts, gate: { ...splitParts.gate, equipmentReference: 'LSCU1000079', seal: 'CQ600126' } };
  const carPartsOut = { type: 'GTOT', document: 'CQ0000125', place: tuanjiecun } as const;
  return [
    tell('guangxi', 'GX-2026-000056', dragonFruit),
    report('guangxi', dragonFruit, { hour: -74, type: 'GTIN', document: 'GX0000056', place: youyiguanGate }),
    handle('guangxi', dragonFruit, { hour: -73, type: 'CUSI', document: 'GX0000057', place: youyiguanGate, carriage: { is: 'customs' } }),
    tell('chongqing', 'CQ-2026-000124', carParts),
    report('chongqing', carParts, { ...carPartsOut, hour: -62 }),
    report('chongqing', carParts, { ...carPartsOut, hour: -50, function: '5' }),
    tell('chongqing', 'CQ-2026-000124', corrected(hours, 680), 2),
    tell('guangxi', 'GX-2026-000124', corrected(hours, 680)),
    tell('gansu', 'GS-2026-000208', gojiBerries),
    report('gansu', gojiBerries, { hour: -100, type: 'GTOT', document: 'GS0000209', place: dongchuan }),
    tell('guizhou', 'GZ-2026-000208', gojiBerries),
    tell('guangxi', 'GX-2026-000208', gojiBerries),
    report('guangxi', gojiBerries, { hour: -31, type: 'GTIN', document: 'GX0000208', place: beibuGulf }),
    tell('chongqing', 'CQ-2026-000125', splitParts),
    report('chongqing', splitParts, { hour: -74, type: 'GTOT', document: 'CQ0000126', place: tuanjiecun }),
    report('chongqing', secondBox, { hour: -73, type: 'GTOT', document: 'CQ0000127', place: tuanjiecun }),
    tell('guangxi', 'GX-2026-000125', splitParts),
    report('guangxi', splitParts, { hour: -27, type: 'GTIN', document: 'GX0000125', place: beibuGulf }),
    report('guangxi', secondBox, { hour: -26, type: 'GTIN', document: 'GX0000126', place: beibuGulf }),
    tell('asean', 'SG-2026-000125', splitParts),
  ];
}

/** How many consignments the messages tell of: several holders tell of one, under the same first reference. */
export function demoConsignments(messages: readonly DemoMessage[]): number {
  const told = messages
    .filter(({ query }) => query === 'format=consignment.v1')
    .map(({ body }) => consignmentMessage.parse(JSON.parse(body)));
  return new Set(told.map(({ references }) => references[0]?.reference)).size;
}

function tell(holder: DemoHolder, recordReference: string, { consignment }: Journey, revision = 1): DemoMessage {
  const { controllerCode } = demoSources[holder];
  return messageOf(holder, 'consignment.v1', { recordReference, revision, cancelled: false, controllerCode, ...consignment });
}

function messageOf(holder: DemoHolder, format: string, message: object): DemoMessage {
  const { client } = demoSources[holder];
  return { party: holder, client, contentType: 'application/json', query: `format=${format}`, body: JSON.stringify(message) };
}

function instant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
