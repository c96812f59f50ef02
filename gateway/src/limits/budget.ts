/**
 * What callers may ask for within a minute: points, one per request and one per node it may return at most. A client draws on a budget of its own and on
 * its party's, so that one client cannot spend what its party has, and no client can get more by being many. Who has no token draws on that of the
 * network it asks from. Kept in this process: several gateways together allow as many times as much.
 */
import type { Accepted } from '@corridor/identity';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Points per minute, each. */
export type BudgetSettings = { readonly party: number; readonly client: number; readonly anonymous: number };

/** Whose budgets a request draws on, in that order. */
export type Payer = readonly { readonly kind: keyof BudgetSettings; readonly key: string }[];

/** What came of it. `remaining` and `resetSeconds`: of the budget that is nearest to its end. */
export type Charge = {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
};

/** All budgets of one gateway. */
export type Budgets = { charge(payer: Payer, points: number): Promise<Charge> };

const windowSeconds = 60;

/** Budgets that are full at first, and full again a minute after they were first drawn on. */
export function createBudgets(settings: BudgetSettings): Budgets {
  const limiter = (kind: keyof BudgetSettings): RateLimiterMemory =>
    new RateLimiterMemory({ keyPrefix: kind, points: settings[kind], duration: windowSeconds });
  const limiters = { party: limiter('party'), client: limiter('client'), anonymous: limiter('anonymous') };
  return {
    async charge(payer, points) {
      const charges: { readonly kind: keyof BudgetSettings; readonly key: string; readonly charge: Charge }[] = [];
      for (const { kind, key } of payer) {
        const charge = await draw(limiters[kind], key, points, settings[kind]);
        charges.push({ kind, key, charge });
        if (charge.allowed) continue;
        // what is refused costs nobody anything: else a party that has spent its budget would spend its clients' too
        for (const paid of charges) await limiters[paid.kind].reward(paid.key, points);
        return charge;
      }
      const [first, ...others] = charges.map(({ charge }) => charge);
      const free = { allowed: true, limit: 0, remaining: 0, resetSeconds: windowSeconds };
      return others.reduce((least, charge) => (charge.remaining < least.remaining ? charge : least), first ?? free);
    },
  };
}

/** Whose budgets: those of the client and the party that the token names, else that of the network the request came from (IPv4 /24, IPv6 /64). */
export function payerOf({ caller }: Accepted, remoteAddress: string): Payer {
  if (caller.party === null) return [{ kind: 'anonymous', key: networkOf(remoteAddress) }];
  // a client is known by its issuer's name for it: two issuers may use one name
  return [
    { kind: 'client', key: JSON.stringify([caller.issuer, caller.client]) },
    { kind: 'party', key: caller.party },
  ];
}

async function draw(limiter: RateLimiterMemory, key: string, points: number, limit: number): Promise<Charge> {
  try {
    return chargeOf(true, await limiter.consume(key, points), limit);
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return chargeOf(false, refused, limit);
    throw refused;
  }
}

function chargeOf(allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes, limit: number): Charge {
  return { allowed, limit, remaining: Math.max(0, remainingPoints), resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) };
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray().slice(0, parsed.kind() === 'ipv4' ? 3 : 8);
  return `${parsed.kind()} ${bytes.join('.')}`;
}
