/**
 * The demo corridor: one believable journey per province, told by each holder to its own door by its own source system. Firms are invented, box and
 * vessel numbers are synthetic with valid check digits, every time counts from the demo's first start.
 */
import { consignmentMessage } from '@corridor/schemas';
import type { DemoMessage } from './demo.ts';
import { codeco, type Gate } from './demo-codeco.ts';
import { apples, durian, type Journey, parts, tyres } from './demo-journeys.ts';

/** The source system of each holder, as its owner registered it: client, UNB identification, and the controller it speaks for. */
const sources = {
  guangxi: { client: 'gx-terminal-system', sender: 'GXTERM', controllerCode: 'port-operator' },
  chongqing: { client: 'cq-terminal-system', sender: 'CQTERM', controllerCode: 'railway' },
  guizhou: { client: 'gz-terminal-system', sender: 'GZTERM', controllerCode: 'railway' },
  gansu: { client: 'gs-terminal-system', sender: 'GSTERM', controllerCode: 'railway' },
  asean: { client: 'sg-terminal-system', sender: 'SGTERM', controllerCode: 'SG.port-operator' },
} as const;

// Where reports come from, each terminal by the code its source uses.
const tuanjiecun = { UNLocationCode: 'CNCQI', terminal: 'CQTJC' };
const dongchuan = { UNLocationCode: 'CNLAZ', terminal: 'LZDC' };
const dulaying = { UNLocationCode: 'CNGYA', terminal: 'GZDLY' };
const beibuGulf = { UNLocationCode: 'CNQZH', terminal: 'BICT:TER:ZZZ' };
const youyiguanGate = { UNLocationCode: 'CNYYG', terminal: 'YYGGATE' };

const hourMs = 3_600_000;

/** All messages, each holder's in the order its source sends them; equal for equal `now` (ms since the epoch), to the byte. */
export function demoMessages(now: number): DemoMessage[] {
  const start = Math.floor(now / hourMs) * hourMs;
  const hours = (count: number): string => instant(start + count * hourMs);
  const [motorcycleParts, freshApples, truckTyres, freshDurian] = [parts(hours), apples(hours), tyres(hours), durian(hours)];
  const report = (
    holder: keyof typeof sources,
    journey: Journey,
    gate: Pick<Gate, 'type' | 'document' | 'place'> & { readonly hour: number },
  ): DemoMessage => {
    const { client, sender } = sources[holder];
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
  ];
}

/** How many consignments the messages tell of: several holders tell of one, under the same first reference. */
export function demoConsignments(messages: readonly DemoMessage[]): number {
  const told = messages
    .filter(({ query }) => query === 'format=consignment.v1')
    .map(({ body }) => consignmentMessage.parse(JSON.parse(body)));
  return new Set(told.map(({ references }) => references[0]?.reference)).size;
}

function tell(holder: keyof typeof sources, recordReference: string, { consignment }: Journey): DemoMessage {
  const { client, controllerCode } = sources[holder];
  const body = JSON.stringify({ recordReference, revision: 1, cancelled: false, controllerCode, ...consignment });
  return { party: holder, client, contentType: 'application/json', query: 'format=consignment.v1', body };
}

function instant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
