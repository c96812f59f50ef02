import type { PartyReference, Sourced } from '../facts.ts';
import type { Segment } from '../segment.ts';
import type { Reading, Scopes } from './reading.ts';

/** Parties of one scope that a fact is given; more than a message ever names, and few enough that a hostile one cannot blow its facts up. */
const mostParties = 20;

/**
 * Gives every NAD of scopes: what the party does (3035), its code (3039) with the list it is of, and its name (3036, else the first line of 3124). Addresses
 * and contacts are nobody's business here, and lost. A scope that serves several groups is read once.
 */
export function partyReader(reading: Reading): (scopes: Scopes) => readonly Sourced<PartyReference>[] {
  const known = new Map<readonly Segment[], readonly Sourced<PartyReference>[]>();
  const partiesIn = (scope: readonly Segment[]): readonly Sourced<PartyReference>[] => {
    const found = known.get(scope) ?? partiesOf(reading, scope);
    known.set(scope, found);
    return found;
  };
  return (scopes) => {
    const [first = [], ...others] = scopes.map(partiesIn).filter((found) => found.length > 0);
    return others.length === 0 ? first : [...first, ...others.flat()];
  };
}

function partiesOf(reading: Reading, scope: readonly Segment[]): readonly Sourced<PartyReference>[] {
  const found: Sourced<PartyReference>[] = [];
  for (const party of scope) {
    if (party.tag !== 'NAD' || found.length === mostParties) continue;
    const partyFunction = reading.identification(party, 0).toUpperCase();
    const partyCode = reading.identification(party, 1).toUpperCase();
    const codeListProvider = reading.identification(party, 1, 2).toUpperCase();
    const partyName = reading.identification(party, 3) || reading.text(party, 2).slice(0, 70);
    if (partyFunction === '' || (partyCode === '' && partyName === '')) continue;
    const value = { partyFunction, partyCode: partyCode || null, codeListProvider: codeListProvider || null, partyName: partyName || null };
    found.push({ value, segment: party.index });
  }
  return found;
}
