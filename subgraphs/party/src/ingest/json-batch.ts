/**
 * The messages of a JSON body take effect, for any form. Neighbours share a transaction, a few dozen of them, in which none is about a record that another
 * is about: what is read and written once for all is what makes a thousand messages quick. Between two such transactions others get their turn.
 */
import { setImmediate } from 'node:timers/promises';
import type { SqlTx } from '@corridor/exchange';
import { invariant } from '@corridor/schemas';
import type { ZodError } from 'zod';
import type { MessageFunction } from './correction.ts';
import type { IngestFinding } from './finding.ts';
import { inBody, jsonFindings, readJsonMessages } from './json-message.ts';
import type { Outcome, TakenMessage } from './outcome.ts';
import type { IngestStore } from './source-message.ts';
import { takeTogether } from './together.ts';

/** What became of one message inside its transaction. */
export type Effect = { readonly outcome: Outcome; readonly findings: readonly IngestFinding[] };

/** A form of JSON messages. */
export type JsonForm<Message> = {
  /** `consignment.v1`. */
  readonly type: string;
  readonly schema: {
    safeParse(value: unknown): { readonly success: true; readonly data: Message } | { readonly success: false; readonly error: ZodError };
  };
  /** The sender's own id of the record it is about. */
  readonly referenceOf: (message: Message) => string;
  readonly functionOf: (message: Message) => MessageFunction;
  /** Lets messages about different records take effect, all in one transaction; gives one effect per message, in their order. */
  readonly apply: (tx: SqlTx, messages: readonly Message[]) => Promise<readonly Effect[]>;
};

/** How many share a transaction: others wait as long as it takes, some tenth of a second on the embedded database. */
const mostTogether = 25;

// A message of an array that was refused as a whole says enough with these; a body of its own may have a hundred.
const mostFindingsInArray = 10;

/** Reads the one message of a body, or each of its array, and lets it take effect, or says why not. Paths of findings begin at the body. */
export async function takeJson<Message>(bytes: Uint8Array, form: JsonForm<Message>, store: IngestStore): Promise<TakenMessage[]> {
  const taken: TakenMessage[] = [];
  let together: Read<Message>[] = [];
  for (const { path, ...read } of readJsonMessages(bytes)) {
    if ('finding' in read) {
      taken.push(refused(form.type, null, [read.finding]));
      continue;
    }
    const parsed = form.schema.safeParse(read.value);
    if (!parsed.success) {
      const findings = jsonFindings(parsed.error, read.value).slice(0, path === '' ? undefined : mostFindingsInArray);
      taken.push(
        refused(
          form.type,
          referenceIn(read.value),
          findings.map((finding) => inBody(finding, path)),
        ),
      );
      continue;
    }
    const reference = form.referenceOf(parsed.data);
    if (together.length === mostTogether || together.some((other) => other.reference === reference)) {
      await takeWaiting();
      // The embedded database answers without leaving this turn of the event loop: who waits is let in here.
      await setImmediate();
    }
    together.push({ at: taken.length, path, reference, message: parsed.data });
    // Its place in the answer, until its transaction tells what became of it.
    taken.push(refused(form.type, reference, []));
  }
  await takeWaiting();
  return taken;

  async function takeWaiting(): Promise<void> {
    const read = together;
    together = [];
    const effects = await takeTogether(store, read, (tx, each) =>
      form.apply(
        tx,
        each.map(({ message }) => message),
      ),
    );
    for (const [index, { at, path, reference, message }] of read.entries()) {
      const effect = effects[index];
      invariant(effect !== undefined, 'each message has its effect');
      const { outcome, findings } = effect;
      taken[at] = {
        message: { reference, type: form.type, function: form.functionOf(message), outcome },
        findings: findings.map((finding) => inBody(finding, path)),
      };
    }
  }
}

type Read<Message> = { readonly at: number; readonly path: string; readonly reference: string; readonly message: Message };

function refused(type: string, reference: string | null, findings: readonly IngestFinding[]): TakenMessage {
  return { message: { reference, type, function: null, outcome: 'REFUSED' }, findings };
}

function referenceIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('recordReference' in value)) return null;
  const { recordReference } = value;
  return typeof recordReference === 'string' && recordReference.length <= 70 ? recordReference : null;
}
