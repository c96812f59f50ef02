import type { ConsignmentMessage, ReferenceKind } from '@corridor/schemas';

/** A reference of a consignment as it is stored and compared: upper case, no spaces. */
export type DocumentReference = {
  readonly referenceType: Exclude<ReferenceKind, 'EQUIPMENT' | 'VESSEL' | 'VOYAGE' | 'TRAIN'>;
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

/**
 * Whether a number stands for none: `UNKNOWN`, `N/A`, `TBA`, `0000`, `XXX`, `无`. Senders fill mandatory fields with such words. They are stored and
 * shown as sent, but two records that bear one have nothing in common, so it links and joins nothing.
 * @param reference as `tidyReference` gives it
 */
export function isPlaceholder(reference: string): boolean {
  const bare = reference.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
  return bare === '' || /^(.)\1*$/su.test(bare) || placeholders.has(bare);
}

const placeholders: ReadonlySet<string> = new Set([
  ...[
    'UNKNOWN',
    'UNK',
    'UNKN',
    'NOTKNOWN',
    'NA',
    'NOTAPPLICABLE',
    'NOTAVAILABLE',
    'NONE',
    'NIL',
    'NULL',
    'EMPTY',
    'BLANK',
    'DUMMY',
    'TEST',
    'UNDEFINED',
  ],
  ...['TBA', 'TBC', 'TBD', 'TBN', 'TOBEADVISED', 'TOBECONFIRMED', 'PENDING', 'NOREF', 'NOREFERENCE', 'NOUCR', 'NOBOOKING'],
  ...['123', '1234', '12345', '123456', '1234567', '12345678', '123456789', '1234567890', 'ABC', 'ABC123'],
  ...['无', '暂无', '没有', '未知', '不详', '不明', '待定', '待补', '待确认', '测试'],
]);
