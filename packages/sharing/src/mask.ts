import type { FieldGroup } from '@corridor/schemas';
import { bitOf, type GroupBits } from './grants.ts';
import { type ConditionRow, holds, type Leaf } from './where.ts';

/** What a reader gets of one row. Says nothing about whether a value exists: it looks at rules alone. */
export type Mask = {
  /** Whether the reader may know of the row at all. If not, every group is `none`. */
  readonly visible: boolean;
  grants(group: FieldGroup): 'full' | 'coarse' | 'none';
  /**
   * The rule that withholds or coarsens a group: `<agreement id>@<version>` of a clause made for the viewer's own party, else `DEFAULT`.
   */
  rule(group: FieldGroup): string;
  /** Every rule that gave something of this row, for the access log: `<agreement id>@<version>`, and `DEFAULT` for the default rows. */
  readonly agreements: readonly string[];
};

/** All clauses of a record class that share one condition, compiled. */
export type Rule = {
  readonly leaf: Leaf;
  /** Whether a row on which the leaf holds may be known of. */
  readonly opens: boolean;
  readonly bits: GroupBits;
  readonly clauses: readonly CitedClause[];
};

/** A clause as a mask cites it. `named`: its grantee is the viewer's own party, by code. */
export type CitedClause = { readonly reference: string; readonly named: boolean; readonly bits: GroupBits };

/** The mask of one row: the union of what all rules give whose condition holds, provided that one of them opens the row. */
export function maskOf(rules: readonly Rule[], row: ConditionRow): Mask {
  let full = 0;
  let coarse = 0;
  let isOpen = false;
  const held: Rule[] = [];
  for (const rule of rules) {
    if (!holds(rule.leaf, row)) continue;
    held.push(rule);
    isOpen ||= rule.opens;
    full |= rule.bits.full;
    coarse |= rule.bits.coarse;
  }
  return isOpen ? new OpenMask(held, { full, coarse }) : hidden;
}

/** A class, since one is made per row read: an object of closures takes ten times as long. */
class OpenMask implements Mask {
  readonly visible = true;
  readonly #held: readonly Rule[];
  readonly #bits: GroupBits;

  constructor(held: readonly Rule[], bits: GroupBits) {
    this.#held = held;
    this.#bits = bits;
  }

  grants(group: FieldGroup): 'full' | 'coarse' | 'none' {
    return verdict(this.#bits, group);
  }

  rule(group: FieldGroup): string {
    return ruleBehind(this.#held, this.#bits, group);
  }

  get agreements(): readonly string[] {
    return [...new Set(this.#held.flatMap((rule) => rule.clauses.map((clause) => clause.reference)))];
  }
}

/** What bits say of a group. */
function verdict(bits: GroupBits, group: FieldGroup): 'full' | 'coarse' | 'none' {
  const bit = bitOf(group);
  if ((bits.full & bit) !== 0) return 'full';
  return (bits.coarse & bit) !== 0 ? 'coarse' : 'none';
}

const hidden: Mask = { visible: false, grants: () => 'none', rule: () => 'DEFAULT', agreements: [] };

function ruleBehind(held: readonly Rule[], bits: GroupBits, group: FieldGroup): string {
  const given = verdict(bits, group);
  if (given === 'full') return 'DEFAULT';
  for (const rule of held) {
    for (const clause of rule.clauses) if (clause.named && verdict(clause.bits, group) === given) return clause.reference;
  }
  return 'DEFAULT';
}
