import type { AccessLabel } from './access.ts';
import { labels } from './access-labels.gen.ts';

/**
 * The `@access` labels of the SDL, by interface name (`ConsignmentRecord`): of its records, and of the fields that have a label of their own and
 * may therefore be withheld by themselves. A field without one stands or falls with its record.
 */
export const accessLabels: {
  readonly [interfaceName: string]: { readonly record: AccessLabel; readonly fields: { readonly [field: string]: AccessLabel } };
} = labels;
