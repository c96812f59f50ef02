import DataLoader from 'dataloader';

/** A page of something that a subject has: a consignment its records, a box its milestones, a reference its consignments. */
export type PageOf<Page> = { readonly subject: string; readonly page: Page };

/** Reads the same page of many subjects in one statement; each row names its subject, and the rows of one subject come in their order. */
export type ReadPages<Page, Row> = (subjects: readonly string[], page: Page) => Promise<readonly Row[]>;

/**
 * A loader of pages: as many statements as there are different pages asked for, whatever the number of subjects. A subject without rows has an empty page.
 * @param read `Page` is plain data; equal pages are read together
 */
export function createPagedLoader<Page, Row extends { readonly subject: string }>(
  read: ReadPages<Page, Row>,
): DataLoader<PageOf<Page>, readonly Row[], string> {
  return new DataLoader<PageOf<Page>, readonly Row[], string>(
    async (asked) => {
      const groups = new Map<string, { readonly page: Page; readonly subjects: string[] }>();
      for (const { subject, page } of asked) {
        const key = JSON.stringify(page);
        const group = groups.get(key) ?? { page, subjects: [] };
        group.subjects.push(subject);
        groups.set(key, group);
      }
      const found = new Map<string, Row[]>();
      await Promise.all(
        [...groups].map(async ([key, { page, subjects }]) => {
          for (const row of await read(subjects, page)) {
            const at = keyOf(row.subject, key);
            const rows = found.get(at) ?? [];
            rows.push(row);
            found.set(at, rows);
          }
        }),
      );
      return asked.map(({ subject, page }) => found.get(keyOf(subject, JSON.stringify(page))) ?? []);
    },
    { cacheKeyFn: ({ subject, page }) => keyOf(subject, JSON.stringify(page)), maxBatchSize: 1_000 },
  );
}

function keyOf(subject: string, page: string): string {
  return `${subject} ${page}`;
}
