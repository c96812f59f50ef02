/** What a local time is in UTC: one instant, two where clocks went back, none where they went forward. */
export type LocalTime = { readonly is: 'once' | 'twice'; readonly at: number } | { readonly is: 'never' } | { readonly is: 'zone-unknown' };

const dayMs = 86_400_000;
const rememberedDays = 4_096;

/**
 * Milliseconds since the epoch of a local time, itself written as milliseconds since the epoch as if it were UTC. Of two instants: the earlier.
 * @param timeZone IANA name, resolved by `Intl`
 */
export function instantOf(localMs: number, timeZone: string): LocalTime {
  const offsets = offsetsAround(Math.floor(localMs / dayMs), timeZone);
  if (offsets === undefined) return { is: 'zone-unknown' };
  if (offsets.before === offsets.after) return { is: 'once', at: localMs - offsets.before };
  // The first is the earlier: an hour comes twice where the offset before it is the larger one.
  const candidates = [localMs - offsets.before, localMs - offsets.after].filter((at) => at + (offsetAt(at, timeZone) ?? 0) === localMs);
  const [one, other] = candidates;
  if (one === undefined) return { is: 'never' };
  return other === undefined ? { is: 'once', at: one } : { is: 'twice', at: one };
}

type Offsets = { readonly before: number; readonly after: number };
const remembered = new Map<string, Offsets | undefined>();

/** The zone's offset a day before and after a local day: where they agree, no clock was changed in between. Asking `Intl` is slow, hence kept. */
function offsetsAround(day: number, timeZone: string): Offsets | undefined {
  const key = `${timeZone} ${day}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const before = offsetAt((day - 1) * dayMs, timeZone);
  const after = offsetAt((day + 2) * dayMs, timeZone);
  if (before === undefined || after === undefined) return undefined;
  if (remembered.size >= rememberedDays) remembered.clear();
  const offsets = { before, after };
  remembered.set(key, offsets);
  return offsets;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds the zone is ahead of UTC at an instant; undefined = no such zone. */
function offsetAt(at: number, timeZone: string): number | undefined {
  const format = formats.get(timeZone) ?? formatOf(timeZone);
  if (format === undefined) return undefined;
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? [];
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -ms : ms;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    // An empty name would mean the machine's own zone.
    const format = timeZone === '' ? undefined : new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    if (format !== undefined) formats.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}
