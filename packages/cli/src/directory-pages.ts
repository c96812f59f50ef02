import { type Clock, isErrorCode, type Language, parseId } from '@corridor/schemas';
import { type ZodType, z } from 'zod';
import { Ended } from './ended.ts';
import { exchange } from './token.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const position = z.int().nonnegative();
const recordId = z.string().refine((text) => parseId(text) !== undefined);
const recordIds = z.array(z.string());

/** A line of an owner's log as it comes: its body is hashed as it is, so nothing of it is left out. */
const line = z.object({
  position,
  id: z.string(),
  at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/),
  body: z.record(z.string(), z.unknown()),
  chain: hash,
});
const logPage = z.object({
  owner: z.string(),
  lines: z.array(line),
  next: position,
  more: z.boolean(),
  head: z.object({ position, chain: hash }),
});

const entry = z.object({
  id: recordId,
  noun: z.string(),
  revision: z.int().positive(),
  withdrawn: z.boolean(),
  changedDateTime: z.string(),
  audience: z.string(),
  references: position,
  links: recordIds,
});
const minePage = z.object({
  owner: z.string(),
  feed: z.object({
    state: z.string(),
    cursor: z.string().nullable(),
    appliedDateTime: z.string().nullable(),
    secondsSinceApplied: z.number().nullable(),
    waitingMs: z.number(),
  }),
  counts: z.object({ entries: position, withdrawn: position }),
  entries: z.array(entry),
  audiences: z.record(
    z.string(),
    z.object({
      members: position,
      parties: z.array(z.object({ party: z.string(), org: z.string(), role: z.string(), purpose: z.string() })),
    }),
  ),
  next: z.string().nullable(),
});

const linksPage = z.object({
  owner: z.string(),
  entries: z.array(
    z.object({
      id: recordId,
      noun: z.string(),
      withdrawn: z.boolean(),
      consignmentId: z.string().nullable(),
      alias: z.string().nullable(),
      joins: z.array(z.object({ keyKind: z.string(), index: hash, overfull: z.boolean(), recordIds })),
      links: z.array(z.object({ recordId: z.string(), keyKind: z.string(), indexes: z.array(hash), assertedBy: z.string() })),
    }),
  ),
  next: z.string().nullable(),
});

/** One line of an owner's log. */
export type Line = z.infer<typeof line>;
/** A page of an owner's log. */
export type LogPage = z.infer<typeof logPage>;
/** What the directory holds of one record. */
export type Entry = z.infer<typeof entry>;
/** A page of what the directory holds of an owner. */
export type MinePage = z.infer<typeof minePage>;
/** A page of evidence. */
export type LinksPage = z.infer<typeof linksPage>;

/** The directory's routes for one owner. All @throws Ended a refusal, named by its code, or an answer that is no page */
export type DirectoryPages = {
  log(after: number): Promise<LogPage>;
  mine(after: string | null): Promise<MinePage>;
  links(after: string | null, of: string | undefined): Promise<LinksPage>;
};

/** Pages of the directory at `url`. */
export function directoryPages(o: {
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly language: Language;
  readonly pause: (ms: number) => Promise<void>;
}): DirectoryPages {
  const get = async <T>(path: string, query: Record<string, string>, schema: ZodType<T>): Promise<T> => {
    const url = new URL(`${path}?${new URLSearchParams(query)}`, o.url).href;
    const { statusCode, text } = await patiently(
      async () => {
        const headers = { accept: 'application/json', 'accept-language': o.language, authorization: `Bearer ${await o.token()}` };
        return exchange(url, { method: 'GET', headers });
      },
      (answer) => answer.statusCode === 503 || answer.statusCode === 429,
      o.pause,
    );
    const body = jsonOf(text);
    if (statusCode !== 200) throw new Ended(1, refusalOf(body) ?? `${url} answers HTTP ${statusCode}`);
    const page = schema.safeParse(body);
    if (!page.success) throw new Ended(1, `What came back from ${url} is no page of the directory`);
    return page.data;
  };
  const behind = (after: string | null): Record<string, string> => (after === null ? {} : { after });
  return {
    log: (after) => get('/directory/log', { after: String(after) }, logPage),
    mine: (after) => get('/directory/mine', behind(after), minePage),
    links: (after, of) => get('/directory/links', { ...behind(after), ...(of === undefined ? {} : { of }) }, linksPage),
  };
}

/** Asks again, up to ten times a second apart, while the answer is that it may be tried later. */
export async function patiently<T>(
  ask: () => Promise<T>,
  isLater: (answer: T) => boolean,
  pause: (ms: number) => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (attempt === 10 || !isLater(answer)) return answer;
    await pause(1_000);
  }
}

/** A token that is asked for anew before it ends: it lives five minutes, a long reading may take longer. */
export function renewed(ask: () => Promise<string>, clock: Clock): () => Promise<string> {
  let held: { readonly token: string; readonly at: number } | undefined;
  return async () => {
    if (held === undefined || clock() - held.at > 240_000) held = { at: clock(), token: await ask() };
    return held.token;
  };
}

const refusal = z.object({
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string(), correlationId: z.string().optional() }) }))
    .min(1),
});

function refusalOf(body: unknown): string | undefined {
  const first = refusal.safeParse(body).data?.errors[0];
  if (first === undefined || !isErrorCode(first.extensions.code)) return undefined;
  return `${first.extensions.code}: ${first.message}${first.extensions.correlationId === undefined ? '' : ` (${first.extensions.correlationId})`}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
