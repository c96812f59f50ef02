/** Makes releases: what must be so before one is signed. The gateway that loads it holds it to the same rules again. */
import type { Clock } from '../clock.ts';
import { CorridorError } from '../errors.ts';
import { parties } from '../parties.ts';
import { composeSupergraph } from '../sdl/compose.ts';
import { apiDifferences, apiSchemaOf, type Difference } from './differences.ts';
import { checkOwnerRule } from './owner-rule.ts';
import { type Release, releaseDigest } from './release.ts';
import { type SigningKey, signRelease } from './signature.ts';

/** Every subgraph the registry knows. */
export const registeredOwners: readonly string[] = [...parties.map(({ code }) => code), 'directory'];

/** Composes the subgraphs of this checkout. @throws RELEASE_COMPOSITION with what the composer says, also where it only remarks what nobody expects */
export function composeToday(): string {
  let composed: ReturnType<typeof composeSupergraph>;
  try {
    composed = composeSupergraph(parties);
  } catch (cause) {
    throw new CorridorError('RELEASE_COMPOSITION', { detail: cause instanceof Error ? cause.message : String(cause), cause });
  }
  // The directory's interfaces know ids only: expected, and the one remark there is.
  const remarks = composed.hints.filter(({ code }) => code !== 'INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD');
  if (remarks.length > 0)
    throw new CorridorError('RELEASE_COMPOSITION', { detail: remarks.map(({ code, message }) => `${code}: ${message}`).join('\n') });
  return `${composed.supergraphSdl}\n`;
}

/**
 * Holds a composed schema to what a release must be, and signs it as the successor of `previous`. `accept`: kinds of differences that were agreed upon.
 * @throws RELEASE_SCHEMA, RELEASE_OWNER_UNKNOWN, RELEASE_OWNER_ADDRESS, RELEASE_OWNER_RULE, RELEASE_BREAKING, RELEASE_DANGEROUS
 */
export function makeRelease(o: {
  readonly sdl: string;
  readonly previous: Release | undefined;
  readonly accept: ReadonlySet<Difference['kind']>;
  readonly key: SigningKey;
  readonly clock: Clock;
}): { readonly release: Release; readonly differences: readonly Difference[] } {
  const { sdl, previous, accept, key, clock } = o;
  checkOwnerRule(sdl, registeredOwners);
  apiSchemaOf(sdl);
  const differences = previous === undefined ? [] : apiDifferences(previous.sdl, sdl);
  for (const kind of ['breaking', 'dangerous'] as const) {
    const these = differences.filter((each) => each.kind === kind);
    if (these.length > 0 && !accept.has(kind))
      throw new CorridorError(kind === 'breaking' ? 'RELEASE_BREAKING' : 'RELEASE_DANGEROUS', {
        detail: these.map(({ description }) => description).join('\n'),
      });
  }
  const content = {
    version: (previous?.version ?? 0) + 1,
    createdAt: new Date(clock()).toISOString(),
    previousDigest: previous === undefined ? null : releaseDigest(previous),
    sdl,
  };
  return { release: signRelease(content, key), differences };
}
