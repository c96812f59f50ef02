import { createHash } from 'node:crypto';
import { localOf } from '@corridor/schemas';

/** An id of a consignment: the directory's own noun, since no party holds the whole of one. */
export type ConsignmentId = `directory:consignment:${string}`;

const form = /^directory:consignment:[0-9a-hjkmnp-tv-z]{16}$/;

/** The id a consignment bears while this record is its oldest: 80 bits of SHA-256 of the record's id, so that a rebuild gives it again. */
export function consignmentIdOf(recordId: string): ConsignmentId {
  return `directory:consignment:${localOf(createHash('sha256').update(recordId).digest())}`;
}

/** Whether `text` has the form of a consignment's id. */
export function isConsignmentId(text: string): text is ConsignmentId {
  return form.test(text);
}

/** The corridor's own number of a consignment, for people: `ILSTC-3F9K-7Q2M`, the first 40 bits of its id. Nothing is looked up by it. */
export function consignmentReference(id: string): string {
  const local = id.slice(id.lastIndexOf(':') + 1).toUpperCase();
  return `ILSTC-${local.slice(0, 4)}-${local.slice(4, 8)}`;
}
