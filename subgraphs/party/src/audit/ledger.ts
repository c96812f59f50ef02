import { type FieldGroup, type Grant, type RecordClass, recordClasses } from '@corridor/schemas';
import type { Mask } from '@corridor/sharing';

/** A record that is about to be handed out. */
type HandedOut = { readonly id: string; readonly recordClass: RecordClass; readonly mask: Mask };

/** What one request read of one record class. */
export type ClassRead = {
  readonly recordClass: RecordClass;
  /** Each once, sorted. */
  readonly recordIds: readonly string[];
  /** Groups of the fields that were selected and granted; `GOODS~`: in their coarse form. In the order of the list of groups. */
  readonly fieldGroups: readonly Grant[];
  /** `<agreement id>@<version>`, `DEFAULT`; none where the owner's own staff read. Sorted. */
  readonly agreementRefs: readonly string[];
};

/** The reads of one request, as they happen: which records were handed out, which groups of their fields were given. Never a value. */
export type Ledger = {
  handOut(record: HandedOut): void;
  give(recordClass: RecordClass, group: FieldGroup, verdict: 'full' | 'coarse'): void;
  /** What was read so far, one per record class, in the order of the list of classes. */
  reads(): ClassRead[];
};

/** A ledger for one request. */
export function createLedger(): Ledger {
  const classes = new Map<RecordClass, { ids: Set<string>; groups: Set<Grant>; agreements: Set<string> }>();
  const of = (recordClass: RecordClass) => {
    let entry = classes.get(recordClass);
    if (entry === undefined) {
      entry = { ids: new Set(), groups: new Set(), agreements: new Set() };
      classes.set(recordClass, entry);
    }
    return entry;
  };
  return {
    handOut({ id, recordClass, mask }) {
      const entry = of(recordClass);
      if (entry.ids.has(id)) return;
      entry.ids.add(id);
      for (const reference of mask.agreements) entry.agreements.add(reference);
    },
    give(recordClass, group, verdict) {
      of(recordClass).groups.add(verdict === 'full' ? group : `${group}~`);
    },
    reads: () =>
      recordClasses.flatMap((recordClass) => {
        const entry = classes.get(recordClass);
        if (entry === undefined || entry.ids.size === 0) return [];
        return [
          {
            recordClass,
            recordIds: [...entry.ids].sort(),
            fieldGroups: [...entry.groups].sort(),
            agreementRefs: [...entry.agreements].sort(),
          },
        ];
      }),
  };
}
