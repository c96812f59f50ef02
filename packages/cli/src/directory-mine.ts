import type { FeedPage } from '@corridor/exchange';
import type { DirectoryPages, Entry, MinePage } from './directory-pages.ts';
import { Ended } from './ended.ts';

/** What an owner's feed tells of a record, or what the directory holds of it. */
type Known = { readonly revision: number; readonly withdrawn: boolean };

/**
 * One record of which directory and owner know different things. `missing`: told, not held. `never-told`: held, not told. `behind`, `ahead`: held in a lower,
 * a higher revision. `withdrawn`: one of the two has it withdrawn at the same revision.
 */
export type Difference = {
  readonly id: string;
  readonly is: 'missing' | 'never-told' | 'behind' | 'ahead' | 'withdrawn';
  readonly told: Known | null;
  readonly held: Known | null;
};

/** All the directory holds of an owner: the first page's head and every page's entries. */
export type Held = Omit<MinePage, 'next'>;

/** What the comparison gave, and what it was made of at the last look. */
export type Comparison = {
  readonly held: Held;
  readonly told: number;
  readonly looks: number;
  readonly differences: readonly Difference[];
};

/** How often, and with what pause in ms, what differs is looked at again: a change is on its way to the directory for a moment. */
const looks = { limit: 6, pauseMs: 1_000 };

/**
 * Compares what the directory holds of an owner with what the owner's feed tells, from the feed's beginning. What differs at the last look only is named:
 * the feed is read first and the directory after it, so that what the owner changes meanwhile shows as `ahead` once and is gone at the next look.
 * @param tell a page of the feed behind a cursor
 * @throws Ended
 */
export async function compareHeld(
  pages: Pick<DirectoryPages, 'mine'>,
  tell: (after: string | null) => Promise<Pick<FeedPage, 'events' | 'next' | 'more'>>,
  pause: (ms: number) => Promise<void>,
): Promise<Comparison> {
  const told = new Map<string, Known>();
  let cursor: string | null = null;
  for (let look = 1; ; look += 1) {
    for (let more = true; more; ) {
      const page: Pick<FeedPage, 'events' | 'next' | 'more'> = await tell(cursor);
      for (const { data } of page.events) told.set(data.id, { revision: data.revision, withdrawn: data.withdrawn });
      cursor = page.next;
      more = page.more;
    }
    const held = await readHeld(pages);
    const differences = differencesOf(told, held.entries);
    if (differences.length === 0 || look === looks.limit) return { held, told: told.size, looks: look, differences };
    await pause(looks.pauseMs);
  }
}

/** Every page of what the directory holds. @throws Ended */
async function readHeld(pages: Pick<DirectoryPages, 'mine'>): Promise<Held> {
  const { next: second, ...first } = await pages.mine(null);
  const entries = [...first.entries];
  const audiences = { ...first.audiences };
  for (let after = second; after !== null; ) {
    const page: MinePage = await pages.mine(after);
    if (page.next !== null && page.next <= after)
      throw new Ended(1, `What the directory holds of ${page.owner} does not go on behind ${after}`);
    entries.push(...page.entries);
    Object.assign(audiences, page.audiences);
    after = page.next;
  }
  return { ...first, entries, audiences };
}

/** Where the two differ, in the order of ids. */
function differencesOf(told: ReadonlyMap<string, Known>, entries: readonly Entry[]): Difference[] {
  const held = new Map(entries.map(({ id, revision, withdrawn }) => [id, { revision, withdrawn }]));
  return [...new Set([...told.keys(), ...held.keys()])].sort().flatMap((id) => {
    const [a, b] = [told.get(id) ?? null, held.get(id) ?? null];
    const is = differenceOf(a, b);
    return is === undefined ? [] : [{ id, is, told: a, held: b }];
  });
}

function differenceOf(told: Known | null, held: Known | null): Difference['is'] | undefined {
  if (held === null) return 'missing';
  if (told === null) return 'never-told';
  if (held.revision !== told.revision) return held.revision < told.revision ? 'behind' : 'ahead';
  return held.withdrawn === told.withdrawn ? undefined : 'withdrawn';
}
