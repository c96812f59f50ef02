import type { MappedMessage } from './message.ts';

/** What the owner answered for one message: TAKEN now, DUPLICATE: had it or a newer one, REFUSED with its findings. */
export type Delivered = {
  readonly message: MappedMessage;
  readonly outcome: 'TAKEN' | 'DUPLICATE' | 'REFUSED';
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
    readonly path: string | null;
  }[];
};

/** The door and what reaches it. */
export type DoorOptions = {
  /** `POST /ingest` of the owner, with `?format=`. */
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly fetch: typeof fetch;
  readonly wait: (ms: number) => Promise<void>;
  /** 0 to 1, for the jitter of the back-off. */
  readonly jitter: () => number;
  readonly concurrency: number;
  /** Attempts per message before the run ends. */
  readonly attempts: number;
};

/** The owner does not take messages now or refuses the source: nothing of this page is acknowledged. The message is for the administrator. */
export class DeliveryStopped extends Error {
  /** Whether a later run may succeed without anybody changing something. */
  readonly later: boolean;
  constructor(later: boolean, message: string) {
    super(message);
    this.later = later;
  }
}

/**
 * Delivers messages, some at once, in no order: revisions decide. Comes back once each has its answer.
 * @throws DeliveryStopped
 */
export async function deliver(messages: readonly MappedMessage[], options: DoorOptions): Promise<Delivered[]> {
  const delivered: Delivered[] = [];
  const queue = [...messages];
  let stopped = false;
  const work = async (): Promise<void> => {
    for (let message = queue.shift(); message !== undefined && !stopped; message = queue.shift()) {
      try {
        delivered.push(await deliverOne(message, options));
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  // All of them: no request is left running behind an error.
  const ends = await Promise.allSettled(Array.from({ length: Math.min(options.concurrency, messages.length) }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return delivered;
}

const requestTimeoutMs = 30_000;
const mostWaitMs = 60_000;
const worthRepeating = new Set([408, 425, 429, 500, 502, 503, 504]);

async function deliverOne(message: MappedMessage, options: DoorOptions): Promise<Delivered> {
  let because = '';
  for (let attempt = 1; attempt <= options.attempts; attempt += 1) {
    const answer = await post(message, options);
    if (answer.is === 'answered') return answer.delivered;
    ({ because } = answer);
    if (attempt < options.attempts) {
      const backOff = Math.min(mostWaitMs, 500 * 2 ** (attempt - 1)) * (0.5 + options.jitter() / 2);
      await options.wait(Math.max(backOff, Math.min(mostWaitMs, answer.retryAfterMs)));
    }
  }
  throw new DeliveryStopped(true, `the owner does not take messages now: ${because}`);
}

type Attempt =
  | { readonly is: 'answered'; readonly delivered: Delivered }
  | { readonly is: 'again'; readonly because: string; readonly retryAfterMs: number };

async function post(message: MappedMessage, { url, token, fetch: send }: DoorOptions): Promise<Attempt> {
  let response: Response;
  let body: unknown;
  try {
    response = await send(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json', 'accept-language': 'zh' },
      body: JSON.stringify(message.body),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    body = await response.json().catch(() => undefined);
  } catch (error) {
    const code = codeIn(error);
    return { is: 'again', because: code ?? 'no answer', retryAfterMs: 0 };
  }
  if (response.status === 200 || response.status === 422) {
    const delivered = deliveredOf(message, body);
    if (delivered !== undefined) return { is: 'answered', delivered };
  }
  if (worthRepeating.has(response.status)) {
    return { is: 'again', because: `HTTP ${response.status}`, retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000 || 0 };
  }
  throw new DeliveryStopped(false, `the owner refuses the source: HTTP ${response.status} ${requestCode(body) ?? ''}`.trim());
}

function deliveredOf(message: MappedMessage, body: unknown): Delivered | undefined {
  const [told] = list(member(body, 'messages'));
  const outcome = member(told, 'outcome');
  if (outcome !== 'TAKEN' && outcome !== 'DUPLICATE' && outcome !== 'REFUSED') return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    message,
    outcome,
    findings: list(member(body, 'findings')).map((each) => ({
      code: text(member(each, 'code')),
      severity: text(member(each, 'severity')),
      message: text(member(each, 'message')),
      path: text(member(each, 'path')) || null,
    })),
  };
}

function requestCode(body: unknown): string | undefined {
  const [error] = list(member(body, 'errors'));
  const code = member(member(error, 'extensions'), 'code') ?? member(body, 'code');
  return typeof code === 'string' ? code : undefined;
}

function codeIn(error: unknown): string | undefined {
  const code = member(error, 'code') ?? member(member(error, 'cause'), 'code');
  return typeof code === 'string' ? code : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
