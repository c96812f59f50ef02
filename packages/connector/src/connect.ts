import { createHash } from 'node:crypto';
import { type Delivered, type DoorOptions, deliver } from './deliver.ts';
import type { Mapping } from './mapping.ts';
import { type MappedMessage, mapRow } from './message.ts';
import type { Page, RowFinding, RowSource } from './row-source.ts';
import type { StateStore } from './state.ts';

/** Counts of one run. `unchanged`: the owner has the record as it is, nothing was sent. */
export type RunCounts = { rows: number; taken: number; duplicate: number; refused: number; faulty: number; unchanged: number };

/** One run over a source. */
export type RunOptions = {
  readonly mapping: Mapping;
  readonly source: RowSource;
  readonly state: StateStore;
  readonly door: DoorOptions;
  /** Told of every row or message that did not get through. */
  readonly report: (findings: readonly RowFinding[]) => Promise<void>;
  readonly progress: (counts: Readonly<RunCounts>) => void;
  /** Ends the run after the page in hand. */
  readonly signal: AbortSignal;
};

/**
 * Reads what is new, delivers it page by page, and keeps the watermark of a page once the owner has answered for every message of it. Interrupted
 * anywhere, the next run sends a page again at most, which the owner answers DUPLICATE: nothing is lost, nothing takes effect twice.
 * @throws SourceUnreadable, DeliveryStopped: what was acknowledged before stays so
 */
export async function connectOnce({ mapping, source, state, door, report, progress, signal }: RunOptions): Promise<RunCounts> {
  const counts: RunCounts = { rows: 0, taken: 0, duplicate: 0, refused: 0, faulty: 0, unchanged: 0 };
  const start = await state.read();
  const ledger = mapping.revision.by === 'file' ? new Map(Object.entries(start.ledger)) : undefined;
  let { watermark } = start;
  for await (const page of source.pages(watermark)) {
    const { messages, findings, unchanged } = mapPage(page, mapping, ledger);
    const delivered = await deliver(messages, door);
    const refused = delivered.filter(({ outcome }) => outcome === 'REFUSED');
    await report([...findings, ...refused.flatMap(refusalOf)]);
    counts.rows += page.rows.length;
    counts.faulty += new Set(findings.map(({ line, key }) => `${line} ${key}`)).size;
    counts.unchanged += unchanged;
    counts.refused += refused.length;
    counts.taken += delivered.filter(({ outcome }) => outcome === 'TAKEN').length;
    counts.duplicate += delivered.filter(({ outcome }) => outcome === 'DUPLICATE').length;
    for (const { message, outcome } of delivered) {
      if (outcome !== 'REFUSED') ledger?.set(message.key, contentOf(message));
    }
    if (page.next !== watermark && page.next !== '') {
      await state.write({ watermark: page.next, ledger: Object.fromEntries(ledger ?? []) });
      watermark = page.next;
    }
    progress(counts);
    if (signal.aborted) break;
  }
  return counts;
}

/** The messages of a page and what is wrong with its rows. */
function mapPage(page: Page, mapping: Mapping, ledger: ReadonlyMap<string, string> | undefined) {
  const findings = [...page.findings];
  const messages: MappedMessage[] = [];
  const keys = new Set<string>();
  let unchanged = 0;
  for (const row of page.rows) {
    const mapped = mapRow(row, mapping, page.revision);
    findings.push(...mapped.findings);
    const { message } = mapped;
    if (message === undefined) continue;
    if (ledger?.get(message.key) === contentOf(message)) unchanged += 1;
    else if (ledger !== undefined && keys.has(message.key)) {
      const expected = { zh: '每条记录一行（主键重复）', en: 'one row for each record (the key comes twice)' };
      findings.push({
        code: 'FIELD_INVALID',
        severity: 'error',
        line: row.line,
        key: message.key,
        column: mapping.key[0] ?? null,
        expected,
      });
    } else {
      keys.add(message.key);
      messages.push(message);
    }
  }
  return { messages, findings, unchanged };
}

/** What a message says apart from its revision, as one short text. */
function contentOf({ body }: MappedMessage): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...body, revision: 0 }))
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}

function refusalOf({ message, findings }: Delivered): RowFinding[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map((each) => {
      const where = each.path === null ? '' : `${each.path}: `;
      return {
        code: each.code,
        severity: 'error',
        line: message.line,
        key: message.key,
        column: null,
        expected: { zh: `${where}${each.message}`, en: `${where}refused by the owner` },
      };
    });
}
