/**
 * Callers who are let in nowhere any more, before their tokens end. A list lies in a file that gateway and owners read anew when it changes; an entry
 * binds the next request, over tokens and passports that were checked before too.
 */
import type { Clock } from '@corridor/schemas';
import { type ZodType, z } from 'zod';

/** Who stands behind a token or passport, as a deny list names it. */
export type Identified = {
  readonly issuer: string;
  readonly subject: string;
  /** `azp`. */
  readonly client: string;
  /** `jti` of the token; null where only a passport is at hand or the token has none. */
  readonly tokenId: string | null;
  /** First 128 bits of the token's SHA-256, base64url: the same at the gateway and, from the passport, at every owner. */
  readonly tokenDigest: string;
};

/** Asked on every use, cached tokens too, so that an entry binds the next request. Must be fast and must not throw. */
export type DenyList = (who: Identified) => boolean;

/**
 * One line of a list: a whole issuer, one subject, client or token id of an issuer (they mean nothing without theirs), or one token by its digest, as
 * audit rows and passports (`tok`) hold it.
 */
export type DenyEntry = {
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly client?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly tokenDigest?: string | undefined;
  /** ISO 8601; absent: until the line is taken out. */
  readonly until?: string | undefined;
  /** Why, for those who keep the list. */
  readonly reason?: string | undefined;
};

const text = z.string().min(1).max(255);
const common = { until: z.iso.datetime({ offset: true }).optional(), reason: z.string().max(500).optional() };

/** DENY_LIST_FILE. A line with a name that is not known, or with two of them, is refused: it would deny less, or more, than it seems to. */
export const denyListFile: ZodType<readonly DenyEntry[]> = z
  .array(
    z.union([
      z.strictObject({ issuer: text, ...common }),
      z.strictObject({ issuer: text, subject: text, ...common }),
      z.strictObject({ issuer: text, client: text, ...common }),
      z.strictObject({ issuer: text, tokenId: text, ...common }),
      z.strictObject({ tokenDigest: z.string().regex(/^[\w-]{22}$/), ...common }),
    ]),
  )
  .max(100_000);

/** The list that `entries` make, ends included on `clock`. A question costs five look-ups, however long the list. */
export function denyListOf(entries: readonly DenyEntry[], clock: Clock): DenyList {
  const untilOf = new Map<string, number>();
  for (const { until, reason: _reason, ...named } of entries) {
    const key = keyOf(named);
    const end = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
    untilOf.set(key, Math.max(untilOf.get(key) ?? Number.NEGATIVE_INFINITY, end));
  }
  const isOn = (named: Parameters<typeof keyOf>[0]): boolean => (untilOf.get(keyOf(named)) ?? Number.NEGATIVE_INFINITY) > clock();
  return ({ issuer, subject, client, tokenId, tokenDigest }) =>
    untilOf.size > 0 &&
    (isOn({ issuer }) ||
      isOn({ issuer, subject }) ||
      isOn({ issuer, client }) ||
      isOn({ tokenDigest }) ||
      (tokenId !== null && isOn({ issuer, tokenId })));
}

/** The deny list of a program that has none. */
export const nobodyDenied: DenyList = () => false;

function keyOf({ issuer, subject, client, tokenId, tokenDigest }: Omit<DenyEntry, 'until' | 'reason'>): string {
  return JSON.stringify([issuer ?? null, subject ?? null, client ?? null, tokenId ?? null, tokenDigest ?? null]);
}
