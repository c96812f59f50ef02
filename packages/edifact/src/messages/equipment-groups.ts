// How CODECO, COARRI and COPARN are built: a header, one group per piece of equipment, a trailer.
import type { MessageFunction } from '../codes.ts';
import type { Message } from '../envelope.ts';
import type { Segment } from '../segment.ts';
import type { Reading } from './reading.ts';

/** EQD and all behind it until the next one; `line` counts them from 1. */
export type EquipmentGroup = { readonly line: number; readonly equipment: Segment; readonly segments: readonly Segment[] };

/** The parts of a message. */
export type Parts = {
  readonly header: readonly Segment[];
  readonly groups: readonly EquipmentGroup[];
  readonly trailer: readonly Segment[];
};

/** Parts a message at EQD and CNT. */
export function partsOf(message: Message): Parts {
  const header: Segment[] = [];
  const trailer: Segment[] = [];
  const groups: EquipmentGroup[] = [];
  let part = header;
  for (const segment of message.segments) {
    if (segment.tag === 'EQD') {
      part = [];
      groups.push({ line: groups.length + 1, equipment: segment, segments: part });
    } else if (segment.tag === 'CNT' || segment.tag === 'UNT') part = trailer;
    part.push(segment);
  }
  return { header, groups, trailer };
}

/**
 * The groups of containers, with the total of the message compared: SEGMENT_MISSING, an error, where there is none and the message takes nothing back;
 * ENVELOPE_COUNT, a warning, where groups went missing on the way.
 */
export function containersOf(
  reading: Reading,
  message: Message,
  { groups, trailer }: Parts,
  messageFunction: MessageFunction,
): readonly EquipmentGroup[] {
  const boxes = groups.filter(({ equipment }) => isContainer(equipment));
  if (boxes.length === 0 && messageFunction !== 'CANCEL') {
    reading.find('SEGMENT_MISSING', 'error', message.segments.at(-1), undefined, undefined, { detail: 'no EQD+CN' });
  }
  const total = reading.first([trailer], 'CNT', '16');
  if (total === undefined) return boxes;
  const value = reading.text(total, 0, 1);
  if (!/^\d+$/.test(value) || Number(value) !== groups.length) {
    reading.find('ENVELOPE_COUNT', 'warning', total, 0, 1, { value, detail: `counted ${groups.length} pieces of equipment` });
  }
  return boxes;
}

/** EQD 8053: CN is a container; chassis and trailers are none. */
export function isContainer(equipment: Segment): boolean {
  return equipment.tag === 'EQD' && equipment.elements[0]?.[0] === 'CN';
}
