import { anonymous, type Caller, fieldGroups, recordClasses } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { ownerView } from './owner-view.ts';
import type { ConditionRow } from './where.ts';

const aRow: ConditionRow = { routeParties: [], destinationParties: [], participations: [], at: 0 };
const gxStaff = (roles: string[]): Caller => ({ ...anonymous, party: 'GX', roles, purpose: 'corridor-operations' });
const classesSeen = (caller: Caller) =>
  recordClasses.filter((c) => ownerView(caller).where(c).is === 'any' && ownerView(caller).mask(c, aRow).visible);

test('the owner’s staff sees every row and group but the access log and inspections', () => {
  const view = ownerView(gxStaff(['corridor-member']));
  expect(classesSeen(gxStaff(['corridor-member']))).toEqual([
    'FACILITY',
    'PARTY',
    'SCHEDULE',
    'CONSIGNMENT',
    'EQUIPMENT',
    'EVENT',
    'CLEARANCE',
    'DOCUMENT',
    'PRICE_DOCUMENT',
  ]);
  expect(fieldGroups.filter((group) => view.mask('CONSIGNMENT', aRow).grants(group) !== 'full')).toEqual(['INSPECTION', 'ACCESS_LOG']);
  expect(fieldGroups.filter((group) => view.mask('INSPECTION', aRow).grants(group) !== 'none')).toEqual([]);
});

test('an auditor of the owner sees its access log', () => {
  expect(classesSeen(gxStaff(['corridor-auditor']))).toContain('ACCESS_LOG');
  expect(
    ownerView(gxStaff(['corridor-auditor']))
      .mask('ACCESS_LOG', aRow)
      .grants('ACCESS_LOG'),
  ).toBe('full');
});

test('each of the authorities of the owner sees inspections', () => {
  for (const role of ['customs', 'border-inspection', 'maritime-authority']) expect(classesSeen(gxStaff([role]))).toContain('INSPECTION');
});

test('a caller nobody knows sees nothing at the owner’s endpoint', () => {
  expect(classesSeen({ ...anonymous, roles: ['corridor-auditor', 'customs'] })).toEqual([]);
});
