import { type ChainHead, chainStart, checkChain } from '@corridor/audit';
import type { DirectoryPages, Line } from './directory-pages.ts';
import { Ended } from './ended.ts';

/** An owner's log, read whole, and what the check of its chain gave. */
export type CheckedLog = {
  readonly owner: string;
  readonly lines: readonly Line[];
  readonly check: LogCheck;
};

/**
 * `holds`: every line follows from the one before, and the last gives the head. `kept`: the head kept earlier lies on this chain too.
 * `broken`: the first position at which something was altered, taken out or put in; `head`: the lines do not give the head the directory states;
 * `kept`: they do not give what was kept earlier; `went-back`: what was kept lies behind the end.
 */
export type LogCheck =
  | { readonly is: 'holds'; readonly head: ChainHead; readonly kept: ChainHead | null }
  | { readonly is: 'broken'; readonly position: number; readonly because: 'gap' | 'altered' | 'head' | 'kept' | 'went-back' };

/** Reads an owner's lines from the first to the last and checks them from nothing but themselves and what was `kept`. @throws Ended */
export async function readLog(pages: Pick<DirectoryPages, 'log'>, kept: ChainHead | null): Promise<CheckedLog> {
  const lines: Line[] = [];
  for (let after = 0; ; ) {
    const page = await pages.log(after);
    lines.push(...page.lines);
    if (!page.more) return { owner: page.owner, lines, check: checkLog(lines, page.head, kept) };
    if (page.next <= after) throw new Ended(1, `The log of ${page.owner} does not go on behind line ${after}`);
    after = page.next;
  }
}

/** Checks a whole log. */
function checkLog(lines: readonly Line[], head: ChainHead, kept: ChainHead | null): LogCheck {
  const check = checkChain(chainStart, lines);
  if (check.is === 'broken') return check;
  if (check.head.position !== head.position || check.head.chain !== head.chain)
    return { is: 'broken', position: check.head.position, because: 'head' };
  if (kept !== null && kept.position > head.position) return { is: 'broken', position: kept.position, because: 'went-back' };
  const there = kept === null || kept.position === 0 ? chainStart.chain : lines[kept.position - 1]?.chain;
  if (kept !== null && kept.chain !== there) return { is: 'broken', position: kept.position, because: 'kept' };
  return { is: 'holds', head, kept };
}
