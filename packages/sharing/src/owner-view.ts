import type { Caller, FieldGroup, RecordClass } from '@corridor/schemas';
import { viewerTuples } from './audience.ts';
import type { View } from './compile.ts';
import type { Mask } from './mask.ts';
import { readerOf } from './reader.ts';
import type { Where } from './where.ts';

/**
 * What the owner's own staff sees at the owner's own endpoint: every row and every group, but what needs a role the caller lacks (`neededRoles`). The
 * endpoint admits its own party alone; a caller nobody knows sees nothing here.
 */
export function ownerView(caller: Caller): View {
  const isKnown = readerOf(caller).party !== null;
  const mayKnow = (name: RecordClass | FieldGroup) => isKnown && hasNeededRole(caller, name);
  return {
    until: Number.POSITIVE_INFINITY,
    where: (c) => (mayKnow(c) ? everyRow : noRow),
    mask: (c) => maskOfOwner(mayKnow(c), mayKnow),
    get tuples() {
      return viewerTuples(caller);
    },
  };
}

/** Any one of the roles opens it. The access log is the auditors'; inspections are the authorities' (matrix, section 5: the controller's own roles). */
const neededRoles: ReadonlyMap<string, readonly string[]> = new Map([
  ['ACCESS_LOG', ['corridor-auditor']],
  ['INSPECTION', ['customs', 'border-inspection', 'maritime-authority']],
]);

function hasNeededRole(caller: Caller, name: string): boolean {
  const roles = neededRoles.get(name);
  return roles === undefined || roles.some((role) => caller.roles.includes(role));
}

function maskOfOwner(visible: boolean, mayKnow: (group: FieldGroup) => boolean): Mask {
  return { visible, grants: (group) => (visible && mayKnow(group) ? 'full' : 'none'), rule: () => 'DEFAULT', agreements: [] };
}

const everyRow: Where = { is: 'any', of: [{ condition: 'ANY', party: null, org: null, functions: [], since: null }] };
const noRow: Where = { is: 'none' };
