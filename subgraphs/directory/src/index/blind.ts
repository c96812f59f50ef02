import { createHmac } from 'node:crypto';
import type { ReferenceKind } from '@corridor/schemas';

/**
 * The blind index of one business reference: HMAC-SHA256 of kind ‖ value under the directory's index key, lower-case hex. A plain hash could be
 * enumerated (ISO 6346 leaves 10^6 serials per prefix). It protects the database and its backups, not against who runs the directory.
 * @param value normalised: upper case, no spaces; `<carrier>/<number>` for TRANSPORT_DOCUMENT and BOOKING
 */
export function blind(key: Uint8Array, kind: ReferenceKind, value: string): string {
  // No kind holds the separator, so no two pairs run together.
  return createHmac('sha256', key).update(`${kind}\u0000${value}`).digest('hex');
}
