/** Whether a release may follow what was accepted: the questions that need neither engine nor disk. */
import { CorridorError, checkOwnerRule, type Release, releaseDigest } from '@corridor/schemas';
import type { Mark } from './last-good.ts';

/** What a release may be: newer than what was accepted last, that very one, or older. */
export type Standing = 'newer' | 'accepted' | 'older';

/** How a release stands to the newest that was accepted. One that bears its number and holds something else counts as older: it is no successor. */
export function standingOf(release: Release, mark: Mark | null): Standing {
  if (mark === null || release.version > mark.version) return 'newer';
  return release.version === mark.version && releaseDigest(release) === mark.digest ? 'accepted' : 'older';
}

/**
 * Holds a newer release to the line of those before it. `known`: well signed ones between the two, as far as they are at hand; where one is missing, the
 * line cannot be followed and is not held against the release.
 * @throws RELEASE_PREDECESSOR when the line passes by what was accepted last: two were made side by side
 */
export function checkLine(release: Release, mark: Mark | null, known: readonly Release[]): void {
  if (mark === null) return;
  for (let at = release; ; ) {
    if (at.previousDigest === mark.digest) return;
    const { previousDigest, version } = at;
    const before =
      previousDigest === null ? undefined : known.find((each) => each.version < version && releaseDigest(each) === previousDigest);
    if (before !== undefined && before.version > mark.version) {
      at = before;
      continue;
    }
    // Directly behind what was accepted, first of all, or behind something older: it cannot be of this line.
    if (previousDigest === null || before !== undefined || version === mark.version + 1)
      throw new CorridorError('RELEASE_PREDECESSOR', { detail: `version ${release.version}, after ${mark.version}` });
    return;
  }
}

/** Holds a release to the owner rule and to the pins: every subgraph of it is an owner that the configuration gives an address. */
export function checkOwners(release: Release, owners: readonly string[]): void {
  checkOwnerRule(release.sdl, owners);
}
