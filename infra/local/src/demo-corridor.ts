/**
 * The named consignments of the demo corridor: four plain journeys and four with something amiss, told by each holder to its own door by its own source system. Firms are invented, box and
 * vessel numbers are synthetic with valid check digits, every time counts from the demo's first start.
 */
import { consignmentMessage } from '@corridor/schemas';
import type { DemoMessage } from './demo.ts';
import { codeco, type Gate } from './demo-codeco.ts';
import { apples, durian, type Journey, parts, tyres } from './demo-journeys.ts';
import { type DemoHolder, demoGates, demoSources } from './demo-sources.ts';
import { corrected, gap, held, split } from './demo-threads.ts';

const { tuanjiecun, dongchuan, dulaying, beibuGulf, youyiguan: youyiguanGate } = demoGates;

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
  return [
    tell('chongqing', 'CQ-2026-000123', motorcycleParts),
    report('chongqing', motorcycleParts, { hour: -98, type: 'GTIN', document: 'CQ0000123', place: tuanjiecun }),
    report('chongqing', motorcycleParts, { hour: -96, type: 'GTOT', document: 'CQ0000124', place: tuanjiecun }),
    tell('gansu', 'GS-2026-000207', freshApples),
    report('gansu', freshApples, { hour: -74, type: 'GTIN', document: 'GS0000207', place: dongchuan }),
    report('gansu', freshApples, { hour: -72, type: 'GTOT', document: 'GS0000208', place: dongchuan }),
    tell('guizhou', 'GZ-2026-000207', freshApples),
    report('guizhou', freshApples, { hour: -30, type: 'GTIN', document: 'GZ0000207', place: dulaying }),
    report('guizhou', freshApples, { hour: -24, type: 'GTOT', document: 'GZ0000208', place: dulaying }),
    tell('guizhou', 'GZ-2026-000311', truckTyres),
    report('guizhou', truckTyres, { hour: -60, type: 'GTOT', document: 'GZ0000311', place: dulaying }),
    tell('guangxi', 'GX-2026-000123', motorcycleParts),
    report('guangxi', motorcycleParts, { hour: -47, type: 'GTIN', document: 'GX0000123', place: beibuGulf }),
    // The apples should have come four hours ago.
    tell('guangxi', 'GX-2026-000207', freshApples),
    tell('guangxi', 'GX-2026-000311', truckTyres),
    // The tyres came after their vessel had left.
    report('guangxi', truckTyres, { hour: -2, type: 'GTIN', document: 'GX0000311', place: beibuGulf }),
    tell('guangxi', 'GX-2026-000055', freshDurian),
    report('guangxi', freshDurian, { hour: -3, type: 'GTIN', document: 'GX0000055', place: youyiguanGate }),
    tell('asean', 'SG-2026-000123', motorcycleParts),
    tell('asean', 'SG-2026-000207', freshApples),
    ...threads(hours, report),
  ];
}

type Report = (
  holder: DemoHolder,
  journey: Journey,
  gate: Pick<Gate, 'type' | 'document' | 'place' | 'function'> & { readonly hour: number },
) => DemoMessage;

// One held, one corrected, one with a gap, one split over two vessels.
function threads(hours: (count: number) => string, report: Report): DemoMessage[] {
  const [dragonFruit, gojiBerries, splitParts, carParts] = [held(hours), gap(hours), split(hours), corrected(hours, 720)];
  const secondBox = { ...splitParts, gate: { ...splitParts.gate, equipmentReference: 'LSCU1000079', seal: 'CQ600126' } };
  const carPartsOut = { type: 'GTOT', document: 'CQ0000125', place: tuanjiecun } as const;
  return [
    tell('guangxi', 'GX-2026-000056', dragonFruit),
    report('guangxi', dragonFruit, { hour: -74, type: 'GTIN', document: 'GX0000056', place: youyiguanGate }),
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
  const { client, controllerCode } = demoSources[holder];
  const body = JSON.stringify({ recordReference, revision, cancelled: false, controllerCode, ...consignment });
  return { party: holder, client, contentType: 'application/json', query: 'format=consignment.v1', body };
}

function instant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
