import { conditionRow, type LinkedConsignment } from '../sharing/conditions.ts';
import type { Reading } from './reading.ts';

/** `ConsignmentRef` of the SDL. */
export type ConsignmentRef = { readonly __typename: 'ConsignmentRef'; readonly id: string };

/** References to the linked consignments that the viewer may know of. That one exists is told by them, hence they count as handed out. */
export function consignmentRefs({ view, caller, ledger }: Reading, linked: readonly LinkedConsignment[]): ConsignmentRef[] {
  return linked.flatMap((consignment) => {
    const mask = view.mask('CONSIGNMENT', conditionRow([consignment], consignment.createdAt, caller));
    if (!consignment.known || !mask.visible) return [];
    ledger.handOut({ id: consignment.id, recordClass: 'CONSIGNMENT', mask });
    ledger.give('CONSIGNMENT', 'CONSIGNMENT', mask.grants('CONSIGNMENT') === 'full' ? 'full' : 'coarse');
    return [{ __typename: 'ConsignmentRef', id: consignment.id }];
  });
}
