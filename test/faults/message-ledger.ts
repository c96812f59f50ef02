/**
 * The senders, and what they know: every message that was posted, how often, and that it was acknowledged. A sender posts one message after another and
 * repeats each, the same bytes, until it is acknowledged, as a terminal's system does while an owner is away.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { expect } from 'vitest';
import { boxNumber, codeco, consignment } from '../setup/messages.ts';
import type { KillableCorridor } from './killable.ts';

/** A message that was acknowledged. */
export type Acknowledged = {
  /** `message_key` of the row it must have left. */
  readonly messageKey: string;
  readonly sha256: string;
  /** Of a consignment: what its record must say once this is the newest of its reference. */
  readonly record?: { readonly reference: string; readonly revision: number; readonly cancelled: boolean };
  /** Of a gate report: its document, which gives one event, and takes it back when it cancels. */
  readonly report?: { readonly document: string; readonly cancels: boolean; readonly ofReference: string };
};

/** What the senders of one owner know. */
export type MessageLedger = {
  readonly owner: string;
  readonly acknowledged: Acknowledged[];
  /** Posts whose connection was cut while the answer was awaited: a kill struck a request at work. */
  cut: number;
  /** Posts that were answered, but with no acknowledgement: how often each status. */
  readonly refused: Map<number, number>;
  /** Messages whose acknowledgement said that they had taken effect before: the earlier answer was lost on the way. */
  repeats: number;
};

/** An empty ledger. */
export function openLedger(owner: string): MessageLedger {
  return { owner, acknowledged: [], cut: 0, refused: new Map(), repeats: 0 };
}

/**
 * Sends until the signal, and then until the message at hand is acknowledged: a consignment, a gate report that its booking links to it, and then, in
 * turn, another UCR, the report's cancellation, the consignment's cancellation, or nothing more. Senders of two owners with the same number use the same
 * UCRs, so that the directory joins and parts records of both.
 * @param suffix `gx`: how the owner's clients are called
 */
export async function send(
  corridor: KillableCorridor,
  ledger: MessageLedger,
  suffix: string,
  sender: number,
  signal: AbortSignal,
): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1)
    for (const message of shipment(ledger.owner, suffix, sender, n)) {
      if (signal.aborted) return;
      await postUntilAcknowledged(corridor, ledger, suffix, message);
    }
}

type Message = Acknowledged & { readonly contentType: string; readonly query: string; readonly body: string };

function shipment(owner: string, suffix: string, sender: number, n: number): Message[] {
  const reference = `${owner}-${sender}-${n}`;
  const document = `${suffix.toUpperCase()}${sender}N${n}`;
  const booking = `BK${document}`;
  const box = boxNumber(sender * 10_000 + n);
  const ucr = (number: number): string => `4CN915${String(sender * 10_000 + number).padStart(12, '0')}`;
  const consignmentOf = (revision: number, more: { readonly ucr: string; readonly cancelled?: boolean }): Message => {
    const { cancelled = false } = more;
    const route = [
      ['CNCQI', 'CQ'],
      ['CNQZH', 'GX'],
      ['SGSIN', 'SG'],
    ] as const;
    const body = consignment({ recordReference: reference, revision, booking, box, route, ...more });
    return {
      messageKey: JSON.stringify([`${suffix}-terminal-system`, 'consignment.v1', reference, revision]),
      record: { reference, revision, cancelled },
      contentType: 'application/json',
      query: '?format=consignment.v1',
      ...bytes(body),
    };
  };
  const reportOf = (cancels: boolean): Message => ({
    messageKey: JSON.stringify([`${suffix.toUpperCase()}TERM`, 'CODECO', document, '1']),
    report: { document, cancels, ofReference: reference },
    contentType: 'application/EDIFACT',
    query: '',
    ...bytes(codeco({ sender: `${suffix.toUpperCase()}TERM`, document, box, booking, function: cancels ? '1' : '9' })),
  });
  // Two records of an owner and two of the other one bear the same UCR; a correction moves to that of the shipments before.
  const first = [consignmentOf(1, { ucr: ucr(Math.floor(n / 2)) }), reportOf(false)];
  const then = [
    [],
    [consignmentOf(2, { ucr: ucr(Math.max(0, Math.floor(n / 2) - 1)) })],
    [reportOf(true)],
    [consignmentOf(2, { ucr: ucr(Math.floor(n / 2)), cancelled: true })],
  ];
  return [...first, ...(then[n % then.length] ?? [])];
}

function bytes(body: string): { readonly body: string; readonly sha256: string } {
  return { body, sha256: createHash('sha256').update(body).digest('hex') };
}

async function postUntilAcknowledged(corridor: KillableCorridor, ledger: MessageLedger, suffix: string, message: Message): Promise<void> {
  const { body, query, contentType, ...known } = message;
  for (let attempt = 1; ; attempt += 1) {
    const authorization = `Bearer ${await corridor.token(`${suffix}-terminal-system`)}`;
    const outcome = await request(`${corridor.program(ledger.owner).url}/ingest${query}`, {
      method: 'POST',
      headers: { 'content-type': contentType, authorization },
      body,
    })
      .then(
        async ({ statusCode, body: answer }) => ({ status: statusCode, text: await answer.text() }),
        (error: unknown) => ({ status: 0, text: error instanceof Error ? String(Reflect.get(error, 'code') ?? error.message) : '' }),
      )
      .catch(() => ({ status: 0, text: 'cut in the answer' }));
    if (outcome.status === 200) {
      expect(outcome.text).toMatch(/"outcome":"(TAKEN|DUPLICATE)"/);
      ledger.acknowledged.push(known);
      if (outcome.text.includes('"outcome":"DUPLICATE"')) ledger.repeats += 1;
      await wait(10);
      return;
    }
    // A refusal by a rule would be repeated for ever: only an owner that cannot answer now may be asked again.
    expect([outcome.status, outcome.text]).toEqual([expect.toSatisfy((status) => status === 0 || status === 503), expect.any(String)]);
    if (outcome.status !== 0) ledger.refused.set(outcome.status, (ledger.refused.get(outcome.status) ?? 0) + 1);
    else if (outcome.text !== 'ECONNREFUSED') ledger.cut += 1;
    if (attempt === attempts) throw new Error(`${message.messageKey} is not acknowledged`);
    await wait(50);
  }
}

// Minutes, while the owner it is meant for starts again and again.
const attempts = 20_000;
