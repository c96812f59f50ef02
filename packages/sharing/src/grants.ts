import { dataClassOf, type FieldGroup, fieldGroups, invariant, type RecordClass, regionOf } from '@corridor/schemas';
import type { Clause, Grantee } from './clause.ts';

/** Groups as bits: those given in full, and those given at least in their coarse form (so `full` is a subset of `coarse`). */
export type GroupBits = { readonly full: number; readonly coarse: number };

invariant(fieldGroups.length <= 31, 'a group is one bit of a 32-bit integer');

/**
 * What a clause really gives, once what may not leave the mainland is gone: to a reader abroad PUBLIC and GENERAL groups pass, COMMERCIAL ones where the
 * owner approved it, all others never. Whether data leaves is read off the grantee, by the registry: PUBLIC counts as abroad, since anybody may be.
 */
export function grantedBits(clause: Clause): GroupBits {
  let full = 0;
  let coarse = 0;
  for (const grant of clause.grants) {
    const bits = bitsOfGrant.get(grant);
    if (bits === undefined) continue; // a group this release does not know gives nothing
    full |= bits.full;
    coarse |= bits.coarse;
  }
  if (!leavesMainland(clause.grantee)) return { full, coarse };
  const passing = clause.egressApproved ? passingWhenApproved : passingAlways;
  return { full: full & passing, coarse: coarse & passing };
}

/** Whether bits open records of a class: the class's own group is among them, in full or coarse. Other groups only add to a record that is open. */
export function opens(bits: GroupBits, c: RecordClass): boolean {
  return (bits.coarse & bitOf(c)) !== 0;
}

/** The bit of a group. */
export function bitOf(group: FieldGroup): number {
  return bitsOfGrant.get(group)?.full ?? 0;
}

function leavesMainland(grantee: Grantee): boolean {
  return grantee.party !== 'MAINLAND' && regionOf(grantee.party) === 'foreign';
}

function bitsWhere(holds: (group: FieldGroup) => boolean): number {
  return fieldGroups.reduce((bits, group, index) => (holds(group) ? bits | (1 << index) : bits), 0);
}

const bitsOfGrant: ReadonlyMap<string, GroupBits> = new Map(
  fieldGroups.flatMap((group, index) => [
    [group, { full: 1 << index, coarse: 1 << index }],
    [`${group}~`, { full: 0, coarse: 1 << index }],
  ]),
);

const passingAlways = bitsWhere((group) => dataClassOf[group] === 'PUBLIC' || dataClassOf[group] === 'GENERAL');
const passingWhenApproved = bitsWhere((group) => dataClassOf[group] === 'COMMERCIAL') | passingAlways;
