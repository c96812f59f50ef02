import type { ConsignmentMessage, ReferenceKind } from '@corridor/schemas';

/** A reference of a consignment as it is stored and compared: upper case, no spaces. */
export type DocumentReference = {
  readonly referenceType: Exclude<ReferenceKind, 'EQUIPMENT'>;
  readonly reference: string;
  readonly carrierCode: string | null;
  readonly level: 'HOUSE' | 'MASTER';
};

/** A number as keys hold it: upper case, without white space. */
export function tidyReference(text: string): string {
  return text.replace(/\s+/gu, '').toUpperCase();
}

/** The references of a message, tidied, each once. */
export function documentReferencesOf(message: ConsignmentMessage): DocumentReference[] {
  const known = new Map<string, DocumentReference>();
  for (const { referenceType, reference, carrierCode, level } of message.references) {
    const tidy: DocumentReference = { referenceType, reference: tidyReference(reference), carrierCode: carrierCode ?? null, level };
    known.set(JSON.stringify(Object.values(tidy)), tidy);
  }
  return [...known.values()];
}

/** The reference a record shows for a kind: the first of house level, else the first. */
export function shownReference(
  references: readonly DocumentReference[],
  type: DocumentReference['referenceType'],
): DocumentReference | undefined {
  const ofType = references.filter(({ referenceType }) => referenceType === type);
  return ofType.find(({ level }) => level === 'HOUSE') ?? ofType[0];
}
