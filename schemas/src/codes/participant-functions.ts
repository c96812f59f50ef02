/**
 * In which function an organisation takes part in a consignment: the codes of UN/EDIFACT data element 3035 (party function code qualifier, NAD
 * segment) that the corridor uses. A clause that asks for PARTICIPANT may name some of them.
 */
import type { LocalizedText } from '../localized.ts';

/** Code and name of each function. */
export const participantFunctions = {
  CZ: { zh: '发货人', en: 'Consignor' },
  CN: { zh: '收货人', en: 'Consignee' },
  NI: { zh: '通知方', en: 'Notify party' },
  FW: { zh: '货运代理人', en: 'Freight forwarder' },
  CA: { zh: '承运人', en: 'Carrier' },
  DT: { zh: '报关单位', en: 'Declarant' },
  TR: { zh: '码头经营人', en: 'Terminal operator' },
  GA: { zh: '公路承运人', en: 'Road carrier' },
} as const satisfies Record<string, LocalizedText>;

/** A function code of the list. */
export type ParticipantFunction = keyof typeof participantFunctions;

/** Whether `text` is a function code of the list. */
export function isParticipantFunction(text: string): text is ParticipantFunction {
  return Object.hasOwn(participantFunctions, text);
}
