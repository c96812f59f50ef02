/** Rows in columns; the widest column is cut into further lines where the terminal is narrower than `width` columns, but no id of a record: it is to be copied. */
export function table(rows: readonly (readonly string[])[], width: number): string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => columns(row[column] ?? ''))));
  const spare = width - 2 - 2 * (count - 1) - widths.reduce((sum, each) => sum + each, 0);
  const widest = widths.indexOf(Math.max(...widths));
  if (spare < 0) widths[widest] = Math.max(12, longestId(rows.map((row) => row[widest] ?? '')), (widths[widest] ?? 0) + spare);
  return rows.flatMap((row) => {
    const cells = widths.map((limit, column) => wrap(row[column] ?? '', limit));
    return Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, line) =>
      `  ${cells.map((lines, column) => pad(lines[line] ?? '', widths[column] ?? 0)).join('  ')}`.trimEnd(),
    );
  });
}

function longestId(cells: readonly string[]): number {
  return Math.max(0, ...cells.flatMap((cell) => cell.match(/[a-z]+:[a-z-]+:[0-9a-z]+/g) ?? []).map((id) => id.length));
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const character of text) {
    if (columns(line) + columns(character) > width) {
      // between words or steps of a path, where one is near
      const space = line.search(/[ .\]][^ .\]]*$/);
      const end = space > width / 2 ? space + 1 : line.length;
      lines.push(line.slice(0, end).trimEnd());
      line = line.slice(end);
    }
    if (character !== ' ' || line !== '' || lines.length === 0) line += character;
  }
  return [...lines, line];
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** Columns a terminal gives a text: Chinese characters and full-width forms take two. Source: Unicode 15, UAX #11, classes W and F. */
function columns(text: string): number {
  let sum = 0;
  for (const character of text)
    sum += /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character)
      ? 2
      : 1;
  return sum;
}
