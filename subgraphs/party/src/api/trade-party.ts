import type { LocalizedText } from '@corridor/schemas';
import { granteeOf, pseudonymOf } from '../sharing/pseudonym.ts';
import { localized } from './localized.ts';
import type { Reading } from './reading.ts';

/** A trading party as it is stored with a consignment record; `org` as the owner's registry knows the firm, which need not know it. */
export type StoredTradeParty = {
  readonly partyName: LocalizedText;
  readonly identificationScheme: string;
  readonly identification: string;
  readonly org: string | null;
};

/** `TradeParty` of the SDL. */
export type TradeParty = {
  readonly partyName: { readonly zh: string | null; readonly en: string | null };
  readonly identification: string | null;
};

/** The party by its own name; null where none is stored. */
export function tradeParty(stored: StoredTradeParty | null): TradeParty | null {
  if (stored === null) return null;
  return { partyName: localized(stored.partyName) ?? { zh: null, en: null }, identification: stored.identification };
}

/** The party by a pseudonym that stands for it towards this viewer alone; in full where it is the viewer itself; null where none is stored. */
export function coarseTradeParty(stored: StoredTradeParty | null, { owner, caller }: Reading): TradeParty | null {
  if (stored === null || (stored.org !== null && stored.org === caller.org)) return tradeParty(stored);
  // By the registration number, not by the name, which is spelled in many ways.
  const firm = JSON.stringify([stored.identificationScheme, stored.identification]);
  const pseudonym = pseudonymOf(owner.pseudonymKey, granteeOf(caller), firm);
  return { partyName: { zh: `化名 ${pseudonym}`, en: `pseudonym ${pseudonym}` }, identification: pseudonym };
}
