import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createTokenClient, type TokenClient } from '@corridor/identity';
import { readSecretFile } from '@corridor/runtime';
import type { Clock } from '@corridor/schemas';
import { request } from 'undici';
import { z } from 'zod';
import { writeAtOnce } from './data-folder.ts';

/** One message a source system of the demo sends to its owner's door. */
export type DemoMessage = {
  /** Owner id: `guangxi`. */
  readonly party: string;
  /** Client of the source system, as the owner registered it. */
  readonly client: string;
  readonly contentType: string;
  /** `format=consignment.v1`, or empty. */
  readonly query: string;
  readonly body: string;
};

/** What became of the messages: how many took effect now or earlier, and what was refused, in words. */
export type DemoOutcome = { readonly takenIn: number; readonly refused: readonly string[] };

/** Where the doors are, and how a source gets its token. */
export type DemoDoors = {
  readonly urlOf: (party: string) => string;
  readonly tokenUrlOf: (party: string) => string;
  readonly clientSecretFile: string;
  readonly clock: Clock;
};

const demoState = z.object({ startedAt: z.number(), filled: z.boolean().default(false) });

/**
 * The instant all times of the demo count from: stored at the first start, so that a restart sends the same bytes and doubles nothing.
 */
export function demoStart(path: string, clock: Clock): number {
  if (existsSync(path)) return readDemo(path).startedAt;
  const startedAt = clock();
  writeAtOnce(path, `${JSON.stringify({ startedAt })}\n`);
  return startedAt;
}

/** Whether all that flows in behind the named consignments was taken in by an earlier run. */
export function isDemoFilled(path: string): boolean {
  return existsSync(path) && readDemo(path).filled;
}

/** Notes that it was: a later start does not send it again. */
export function noteDemoFilled(path: string): void {
  writeAtOnce(path, `${JSON.stringify({ ...readDemo(path), filled: true })}\n`);
}

function readDemo(path: string): z.infer<typeof demoState> {
  return demoState.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/**
 * Sends the messages through the parties' own doors, each with its source's token: parties at the same time, the messages of one in their order, one
 * after the other. A party that is not there is told in `refused`; it never stops the others.
 */
export async function sendDemo(
  messages: readonly DemoMessage[],
  options: DemoDoors & {
    /** Pause before a message is repeated that met a program still busy with its start; default 1 s. */
    readonly repeatMs?: number;
    /** How often it is repeated; default 10. */
    readonly attempts?: number;
    /** One message under way in the whole corridor, which stays free for questions; default: one per party. */
    readonly oneByOne?: boolean;
    /** How long the sender rests after a message, as a multiple of the time that message took: what is left to everybody else. Default 0. */
    readonly rest?: number;
    /** How it rests: a timer that the signal cuts short, unless a test brings its own. */
    readonly pause?: (ms: number) => Promise<void>;
    /** Ends it early: what is under way is finished, nothing more is sent. */
    readonly signal?: AbortSignal;
    /** Called after each message, with the number of those done. */
    readonly onProgress?: (done: number, message: DemoMessage, fault: string | undefined) => void;
  },
): Promise<DemoOutcome> {
  const clientSecret = readSecretFile(options.clientSecretFile);
  const pause =
    options.pause ?? ((ms) => wait(ms, undefined, { ...(options.signal && { signal: options.signal }) }).catch(() => undefined));
  const clients = new Map<string, TokenClient>();
  const refused: string[] = [];
  let takenIn = 0;
  const queues =
    options.oneByOne === true
      ? [messages]
      : [...new Set(messages.map(({ party }) => party))].map((party) => messages.filter((candidate) => candidate.party === party));
  await Promise.all(
    queues.map(async (queue) => {
      for (const message of queue) {
        if (options.signal?.aborted === true) return;
        const startedAt = options.clock();
        await deliver(message);
        const restMs = (options.clock() - startedAt) * (options.rest ?? 0);
        if (restMs > 0) await pause(restMs);
      }
    }),
  );
  return { takenIn, refused };

  async function deliver(message: DemoMessage): Promise<void> {
    const fault = await patiently(() => send(message), { repeatMs: options.repeatMs ?? 1_000, attempts: options.attempts ?? 10 });
    if (fault === undefined) takenIn += 1;
    else refused.push(`${message.party}, ${message.client}: ${fault}`);
    options.onProgress?.(takenIn + refused.length, message, fault);
  }

  async function send(message: DemoMessage): Promise<string | undefined> {
    const { party, client } = message;
    const tokens =
      clients.get(client) ??
      createTokenClient({ tokenUrl: options.tokenUrlOf(party), clientId: client, clientSecret, clock: options.clock });
    clients.set(client, tokens);
    const { statusCode, body } = await request(`${options.urlOf(party)}/ingest${message.query === '' ? '' : `?${message.query}`}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokens.token()}`, 'content-type': message.contentType },
      body: message.body,
    });
    const answer = await body.text();
    if (statusCode === 503) throw new Error(`503 ${answer.slice(0, 400)}`);
    return statusCode === 200 ? undefined : `${statusCode} ${answer.slice(0, 400)}`;
  }
}

// Right after eight programs have started, one may refuse work for a second or two; a source system repeats then, and so does the demo.
async function patiently(
  send: () => Promise<string | undefined>,
  { repeatMs, attempts }: { readonly repeatMs: number; readonly attempts: number },
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt >= attempts) return error instanceof Error ? error.message : String(error);
      await wait(repeatMs);
    }
  }
}
