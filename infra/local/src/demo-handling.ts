/** Reports of the demo about boxes put on a vessel or train, taken off, or held by customs: COARRI at the vessel, IFTSTA at the train and of customs. */
import type { Gate } from './demo-codeco.ts';
import { interchange, localTime } from './demo-interchange.ts';

/** Which vessel or train; of what customs does, none. */
export type Carriage =
  | { readonly is: 'vessel'; readonly vesselIMONumber: string; readonly vesselName: string; readonly voyageNumber: string }
  | { readonly is: 'train'; readonly trainNumber: string }
  | { readonly is: 'customs' };

/** One box at a vessel or train. */
export type Handling = Pick<
  Gate,
  'sender' | 'recipient' | 'document' | 'at' | 'equipmentReference' | 'sizeType' | 'carrier' | 'booking' | 'place' | 'grossKg' | 'seal'
> & { readonly type: 'LOAD' | 'DISC' | 'CUSI' | 'CUSR'; readonly carriage: Carriage };

/** One interchange with one report of some boxes at one vessel or train, all on or all off, under the first one's number. */
export function handlingReport(boxes: readonly [Handling, ...Handling[]]): string {
  const [{ sender, recipient, document: reference, carriage }] = boxes;
  const sentAt = Math.max(...boxes.map(({ at }) => at)) + 5 * 60_000;
  const message = carriage.is === 'vessel' ? coarri(boxes, carriage) : iftsta(boxes, carriage);
  return interchange({ sender, recipient, reference, sentAt }, [message]);
}

type Message = { readonly type: string; readonly segments: readonly string[] };

// D.95B: document name 44 discharge, 46 loading report.
function coarri(boxes: readonly [Handling, ...Handling[]], vessel: Carriage & { readonly is: 'vessel' }): Message {
  const [{ type, document, carrier }] = boxes;
  return {
    type: 'COARRI:D:95B:UN:SMDG20',
    segments: [
      `BGM+${type === 'LOAD' ? '46' : '44'}+${document}+9`,
      `TDT+20+${vessel.voyageNumber}+1++${carrier}:172:20+++${vessel.vesselIMONumber}:146::${vessel.vesselName}`,
      `NAD+CF+${carrier}:160:166`,
      ...boxes.flatMap(({ equipmentReference, sizeType, booking, at, place, grossKg, seal }) => [
        `EQD+CN+${equipmentReference}+${sizeType}:102:5++2+5`,
        `RFF+BN:${booking}`,
        `DTM+203:${localTime(at)}:203`,
        `LOC+165+${place.UNLocationCode}:139:6+${place.terminal}`,
        `MEA+AAE+G+KGM:${grossKg}`,
        `SEL+${seal}+CA`,
      ]),
      `CNT+16:${boxes.length}`,
    ],
  };
}

// By the letters that railways write, AL loaded on rail, UR unloaded from rail; 12 of UN/ECE Recommendation 24, cleared by customs; CI, selected for
// inspection, is agreed with the sender alone.
const statuses = { LOAD: 'AL', DISC: 'UR', CUSI: 'CI', CUSR: '12' } as const;

// D.00B, one status per box.
function iftsta(boxes: readonly [Handling, ...Handling[]], train: Exclude<Carriage, { readonly is: 'vessel' }>): Message {
  const [{ document, carrier }] = boxes;
  return {
    type: 'IFTSTA:D:00B:UN',
    segments: [
      `BGM+23+${document}+9`,
      `DTM+137:${localTime(Math.max(...boxes.map(({ at }) => at)))}:203`,
      `NAD+CA+${carrier}:160:166`,
      ...boxes.flatMap(({ type, equipmentReference, sizeType, booking, at, place }, index) => [
        `CNI+${index + 1}+${booking}`,
        `STS+1+${statuses[type]}`,
        `RFF+BN:${booking}`,
        `DTM+334:${localTime(at)}:203`,
        `LOC+175+${place.UNLocationCode}:139:6+${place.terminal}`,
        ...(train.is === 'train' ? [`TDT+30+${train.trainNumber}+2`] : []),
        `EQD+CN+${equipmentReference}+${sizeType}:102:5+++5`,
      ]),
    ],
  };
}
