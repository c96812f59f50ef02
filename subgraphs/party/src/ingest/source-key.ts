/**
 * What makes two messages the same. Senders' counters wrap, repeat or stay at 1, so a key holds the sender's references and the SHA-256 of the
 * message body: the same bytes twice meet one key, other bytes under the same reference do not.
 *
 * Keys are JSON arrays: joined with a separator, a crafted reference could be mistaken for two.
 */
import { instantOf } from '@corridor/edifact';

/** What an interchange and a message are called by their sender. */
export type MessageOrigin = {
  /** UNB identification, or `client:<azp>` for a message without an envelope. */
  readonly sender: string;
  /** Interchange date and time as sent: `230811:1450`; empty without an envelope. */
  readonly preparedAt: string;
  readonly interchangeReference: string;
  readonly messageReference: string;
  readonly messageType: string;
  /** Of the bytes UNH to UNT, hexadecimal. */
  readonly bodySha256: string;
};

/** Key of a message that took effect; with the line number, of each event in it. */
export function sourceKeyOf(origin: MessageOrigin): string {
  const { sender, preparedAt, interchangeReference, messageReference, bodySha256 } = origin;
  return JSON.stringify([sender, preparedAt, interchangeReference, messageReference, bodySha256]);
}

/** Key of a reference, whatever the bytes and the time: to notice that it came before with other content. */
export function messageKeyOf({ sender, messageType, interchangeReference, messageReference }: MessageOrigin): string {
  return JSON.stringify([sender, messageType, interchangeReference, messageReference]);
}

/** Key of a document that later messages of the same sender replace or cancel. */
export function documentKeyOf({ sender, messageType }: MessageOrigin, documentNumber: string): string {
  return JSON.stringify([sender, messageType, documentNumber]);
}

/** What a stored source key says of its message. */
export type KeyParts = { readonly sender: string; readonly preparedAt: string };

/** Sender and time of a stored source key. */
export function partsOfSourceKey(sourceKey: string): KeyParts {
  const parts: unknown = JSON.parse(sourceKey);
  const [sender, preparedAt] = Array.isArray(parts) ? parts : [];
  return { sender: String(sender ?? ''), preparedAt: String(preparedAt ?? '') };
}

/** The instant of an interchange time as sent, which is local time of its sender; null where it is none. */
export function preparedInstant(preparedAt: string, timeZone: string): Date | null {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d) (\d\d)(\d\d)$/.exec(sortablePreparation(preparedAt)) ?? [];
  if (year === undefined) return null;
  const read = instantOf(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)), timeZone);
  return read.is === 'zone-unknown' || read.is === 'never' ? null : new Date(read.at);
}

/** An interchange time as sent, so that texts compare like times: `230811:1450` and `20230811:1450` become `20230811 1450`. */
export function sortablePreparation(preparedAt: string): string {
  const [date = '', time = ''] = preparedAt.split(':');
  return `${date.length === 6 ? `20${date}` : date} ${time}`;
}
