/** The party about itself: from its definition, with its facilities and its access log. */
import { partyProfileId } from '../definition.ts';
import { plainConditions } from '../sharing/conditions.ts';
import { type AccessLogArguments, pageOfAccessLog } from './access-log-entry.ts';
import { pageOfFacilities } from './facility.ts';
import { localized } from './localized.ts';
import type { PageArguments } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';

/** The party's own profile. */
export const partyProfile: RecordNoun = {
  name: 'PartyProfile',
  find: async (reading, id) => (id === partyProfileId(reading.owner.party.code) ? ownProfile(reading) : null),
  fields: {
    facilities: ({ id }, page: PageArguments, reading) => pageOfFacilities(reading, id, page),
    accessLog: ({ id }, page: AccessLogArguments, reading) => pageOfAccessLog(reading, id, page),
  },
  coarse: {},
  lists: { facilities: ['FACILITY'], accessLog: ['ACCESS_LOG'] },
};

/** The profile, or null for a viewer who may not know of it. */
export function ownProfile({ owner, caller, view, ledger }: Reading): OwnedRow | null {
  const { party, definition, clock } = owner;
  // Whether there is a log for the viewer at all, its own reads decide.
  const conditions = { ...plainConditions(clock()), reader: { party: caller.party, org: caller.org } };
  const mask = view.mask('PARTY', conditions);
  if (!mask.visible) return null;
  const row = {
    __typename: `${party.typePrefix}PartyProfile`,
    id: partyProfileId(party.code),
    partyCode: party.code,
    controllerCode: definition.profileController,
    recordClass: 'PARTY',
    mask,
    conditions,
    partyName: localized(party.name),
    timeZone: party.timeZone,
    serviceContacts: definition.contacts.map(({ contactName, telephone, email }) => ({
      contactName: localized(contactName),
      telephone: telephone ?? null,
      email: email ?? null,
    })),
  } as const;
  ledger.handOut(row);
  return row;
}
