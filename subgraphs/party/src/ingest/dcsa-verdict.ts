/** Which events of Track & Trace take effect, and what stands against the others. */
import type { SqlTx } from '@corridor/exchange';
import type { DcsaEvent } from '@corridor/schemas';
import { contentSha256 } from './canonical-json.ts';
import { closesCircle, type Taking } from './external-event-rows.ts';
import type { IngestFinding } from './finding.ts';
import { usedKeys } from './source-message.ts';

/** What an event is called as a message, and when its sender made it. */
export type EventOrigin = { readonly sourceKey: string; readonly messageKey: string; readonly toldAt: Date };

/** How an event is told from others. Its content, as far as it is looked at, is part of the key: without an id it is all there is. */
export function originOf(event: DcsaEvent, type: string, source: string): EventOrigin {
  const sha256 = contentSha256(event);
  return {
    sourceKey: JSON.stringify([source, event.eventCreatedDateTime, type, event.eventID ?? '', sha256]),
    messageKey: JSON.stringify([source, type, event.eventID ?? sha256]),
    toldAt: new Date(event.eventCreatedDateTime),
  };
}

/** What stands against each event: it came before, another one did under its id, or it takes back what takes it back. Nothing, where it is to take effect. */
export async function judge<E extends { readonly event: DcsaEvent; readonly origin: EventOrigin }>(
  tx: SqlTx,
  read: readonly E[],
  source: string,
): Promise<{ each: E; against: IngestFinding | undefined }[]> {
  const before = await usedKeys(
    tx,
    read.map(({ origin }) => origin),
  );
  const [sourceKeys, messageKeys] = [new Set(before.sourceKeys), new Set(before.messageKeys)];
  const pending: Taking[] = [];
  const verdictOn = async ({ event: { eventID, retractedEventID }, origin }: E): Promise<IngestFinding | undefined> => {
    if (sourceKeys.has(origin.sourceKey)) return { code: 'MESSAGE_DUPLICATE', severity: 'info', path: 'eventID' };
    if (eventID !== undefined && messageKeys.has(origin.messageKey)) {
      const detail = 'an event never changes: another one takes it back (retractedEventID)';
      return { code: 'MESSAGE_REFERENCE_REUSED', severity: 'error', path: 'eventID', value: eventID, detail };
    }
    if (eventID !== undefined && retractedEventID !== undefined) {
      if (await closesCircle(tx, source, { eventID, retractedEventID }, pending)) {
        return {
          code: 'FIELD_INVALID',
          severity: 'error',
          path: 'retractedEventID',
          value: retractedEventID,
          detail: 'takes this event back',
        };
      }
      pending.push({ eventID, retractedEventID });
    }
    sourceKeys.add(origin.sourceKey);
    messageKeys.add(origin.messageKey);
    return undefined;
  };
  const judged: { each: E; against: IngestFinding | undefined }[] = [];
  for (const each of read) judged.push({ each, against: await verdictOn(each) });
  return judged;
}
