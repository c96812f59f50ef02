import { appendFile, writeFile } from 'node:fs/promises';
import type { RowFinding } from './row-source.ts';

const head = ['time', 'line', 'key', 'column', 'code', 'expected_zh', 'expected_en'];

/**
 * A report of findings as a CSV file in UTF-8 with a byte order mark, which spreadsheets open as it is. `fresh`: it holds the findings of this run alone;
 * otherwise they are added. It bears keys of records, no other cell.
 */
export function fileReport(path: string, now: string, fresh: boolean): (findings: readonly RowFinding[]) => Promise<void> {
  let started = false;
  return async (findings) => {
    if (!started && fresh) await writeFile(path, `\ufeff${head.join(',')}\r\n`, { mode: 0o600 });
    else if (!started) await writeFile(path, `\ufeff${head.join(',')}\r\n`, { flag: 'wx', mode: 0o600 }).catch(alreadyThere);
    started = true;
    if (findings.length === 0) return;
    const lines = findings.map(({ line, key, column, code, expected }) =>
      [now, line ?? '', key ?? '', column ?? '', code, expected.zh, expected.en].map((cell) => quoted(String(cell))).join(','),
    );
    await appendFile(path, `${lines.join('\r\n')}\r\n`);
  };
}

// A spreadsheet would run a cell that begins like a formula.
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return `"${safe.replaceAll('"', '""')}"`;
}

function alreadyThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
