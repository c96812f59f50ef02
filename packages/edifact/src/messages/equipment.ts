// The container itself: EQD, SEL and MEA of one equipment group, placed alike in CODECO, COARRI, COPARN and IFTSTA.
import { emptyIndicators, isoEquipmentCodeOf, kilogramsPerUnit, sealingParties } from '../codes.ts';
import type { Seal, Sourced } from '../facts.ts';
import { entryOf, type PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import type { Reading } from './reading.ts';

/** EQD C237: the container number in upper case without spaces, as keys need it. Form and check digit are judged elsewhere. */
export function equipmentReference(reading: Reading, equipment: Segment): Sourced<string> | undefined {
  const value = equipmentReferenceOf(reading.identification(equipment, 1));
  if (value !== '') return { value, segment: equipment.index };
  reading.find('ELEMENT_MISSING', 'error', equipment, 1, 0, { detail: 'container number' });
  return undefined;
}

/** A container number as keys need it. */
export function equipmentReferenceOf(sent: string): string {
  return sent.toUpperCase().replace(/\s/g, '');
}

/** EQD C224: the size type by code (8155) or text (8154), as ISO 6346. */
export function isoEquipmentCode(reading: Reading, equipment: Segment, profile: PartnerProfile): Sourced<string> | undefined {
  const code = reading.text(equipment, 2);
  const sent = code === '' ? reading.text(equipment, 2, 3) : code;
  if (sent === '') return undefined;
  const value = entryOf(profile.sizeTypes, sent) ?? isoEquipmentCodeOf(sent);
  if (value !== undefined) return { value, segment: equipment.index };
  reading.unknown('CODE_UNKNOWN', equipment, 2, code === '' ? 3 : 0, sent, 'size type');
  return undefined;
}

/** EQD 8169. */
export function emptyIndicatorCode(reading: Reading, equipment: Segment): Sourced<'EMPTY' | 'LADEN'> | undefined {
  const code = reading.text(equipment, 5);
  const value = emptyIndicators.get(code);
  if (value !== undefined) return { value, segment: equipment.index };
  if (code !== '') reading.unknown('CODE_UNKNOWN', equipment, 5, 0, code, 'full or empty');
  return undefined;
}

/** Every SEL with its number. Who sealed (9303) stays as sent. */
export function seals(reading: Reading, segments: readonly Segment[]): Sourced<Seal>[] {
  const found: Sourced<Seal>[] = [];
  for (const seal of reading.all(segments, 'SEL')) {
    const sealNumber = reading.identification(seal, 0).toUpperCase();
    const source = reading.identification(seal, 1).toUpperCase();
    if (source !== '' && !sealingParties.has(source))
      reading.find('CODE_UNKNOWN', 'warning', seal, 1, 0, { value: source, detail: 'who sealed' });
    if (sealNumber === '') reading.find('ELEMENT_MISSING', 'warning', seal, 0, 0, { detail: 'seal number' });
    else found.push({ value: { sealNumber, sealSource: source === '' ? null : source }, segment: seal.index });
  }
  return found;
}

/** MEA 6313 of the gross weight, best first: verified gross mass, gross, estimated gross. */
export const grossWeights: readonly string[] = ['VGM', 'G', 'EGW'];

/** MEA 6313 of the tare. */
export const tareWeights: readonly string[] = ['T'];

/** Kilograms of the best MEA among `kinds`; the others stay unread, hence lost. Point and comma are both read as decimal mark. */
export function weightKg(reading: Reading, segments: readonly Segment[], kinds: readonly string[]): Sourced<number> | undefined {
  const measures = reading.all(segments, 'MEA');
  for (const kind of kinds) {
    const measure = measures.find(
      ({ elements }) => elements[1]?.[0] === kind || (elements[0]?.[0] === kind && (elements[1]?.[0] ?? '') === ''),
    );
    if (measure === undefined) continue;
    reading.text(measure, 1);
    const unit = reading.text(measure, 2).toUpperCase();
    const value = reading.text(measure, 2, 1);
    const factor = kilogramsPerUnit.get(unit);
    if (factor === undefined) reading.unknown('CODE_UNKNOWN', measure, 2, 0, unit, 'unit of weight');
    else if (/^\d{1,9}(?:[.,]\d{1,9})?$/.test(value)) {
      return { value: Math.round(Number(value.replace(',', '.')) * factor * 1_000) / 1_000, segment: measure.index };
    } else reading.unknown('FIELD_INVALID', measure, 2, 1, value, 'a number without sign, with at most one decimal mark');
  }
  return undefined;
}
