import type { Caller, Party } from '@corridor/schemas';
import type { PartyDefinition } from '../definition.ts';

/**
 * Whether a caller with a token for this owner is the owner's own staff: of one of its parties, of no firm, and no machine that only delivers messages
 * (such a client has the party's name too).
 */
export function isOwnStaff(
  caller: Caller,
  { party, definition }: { readonly party: Party; readonly definition: PartyDefinition },
): boolean {
  if (caller.party === null || caller.org !== null) return false;
  return party.registryCodes.includes(caller.party) && !definition.sources.some(({ client }) => client === caller.client);
}
