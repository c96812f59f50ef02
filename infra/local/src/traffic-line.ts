/** What `npm run demo:traffic` prints. */

/** Messages of one party. */
export type TrafficCount = { readonly takenIn: number; readonly refused: number };

/** The text of `--help`. */
export const trafficHelp = `npm run demo:traffic [-- flags]      keeps the running demo corridor moving, until Ctrl-C or the end of its time

  --rate 2     consignments a second, at most 20; each brings its messages to every holder, its gate reports, now and then a correction
  --seed 1     which routes, goods and firms come in what order; references are new in every run
  --for 10m    how long: 60s, 10m, 1h; at most 12h
  --help       this text

Environment
  CORRIDOR_DATA    the data folder of the corridor (default .data)

The live line counts messages taken in per party, and those refused. Exit code: 0, 1 when nothing was taken in, 2 for a wrong flag or no corridor.
`;

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `60s`, `10m`, `1h` in ms. @throws Error for anything else, nothing, and more than 12 hours */
export function durationMs(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (units[unit] ?? 0);
  if (ms <= 0 || ms > 12 * 3_600_000) throw new Error(`--for ${text}: 60s, 10m or 1h, at most 12h`);
  return ms;
}

/** One line: `0:05  11 consignments | guangxi 34 | asean 12, 2 refused`. */
export function trafficLine(counts: ReadonlyMap<string, TrafficCount>, consignments: number, elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const parties = [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([party, { takenIn, refused }]) => `${party} ${takenIn}${refused === 0 ? '' : `, ${refused} refused`}`);
  return [`${time}  ${consignments} consignments`, ...parties].join(' | ');
}
