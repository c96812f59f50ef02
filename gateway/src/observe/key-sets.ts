/** How old the issuers' key sets are: what readiness asks, and what operators see. */
import type { Verifier } from '@corridor/identity';
import type { Metrics, ReadyCheck } from '@corridor/runtime';

const hourMs = 3_600_000;
/** Known keys are good for so long without their issuer. */
const usableMs = 24 * hourMs;
const lateMs = hourMs;

/** Shows each issuer's age; one that never came has none, which the rules look for as well. */
export function observeKeySets(metrics: Metrics, verifier: Pick<Verifier, 'keySetAges'>): void {
  metrics.gauge('jwks_age_seconds', () =>
    verifier.keySetAges().flatMap(({ issuer, ageMs }) => (ageMs === null ? [] : [{ labels: { issuer }, value: ageMs / 1_000 }])),
  );
}

/**
 * Whether tokens can be checked at all: ready while one issuer's keys are usable, since the others' absence refuses their own callers alone. Issuers whose
 * keys are missing, spent, or older than an hour are named.
 */
export function keySetCheck(verifier: Pick<Verifier, 'keySetAges'>): ReadyCheck {
  const ages = verifier.keySetAges();
  const isUsable = (ageMs: number | null): boolean => ageMs !== null && ageMs <= usableMs;
  const told = ages.flatMap(({ issuer, ageMs }) => {
    if (ageMs === null) return [`${issuer} has not been reached yet`];
    if (ageMs > usableMs) return [`${issuer}: keys of ${Math.floor(ageMs / hourMs)} h ago are used no more`];
    return ageMs > lateMs ? [`${issuer}: keys are ${Math.floor(ageMs / hourMs)} h old`] : [];
  });
  return {
    name: 'key sets',
    ok: ages.length === 0 || ages.some(({ ageMs }) => isUsable(ageMs)),
    ...(told.length > 0 && { detail: told.join('; ') }),
  };
}
