import { buildSubgraphSchema } from '@apollo/subgraph';
import { directoryDocument, parties as registry } from '@corridor/schemas';
import type { GraphQLSchema } from 'graphql';
import { consignment, records, resolveConsignment, shownId, shownReference, timeline } from './consignment.ts';
import { resolveConsignmentRef } from './consignment-ref.ts';
import { consignments } from './consignments.ts';
import { consignmentsByKey, matchConsignments } from './consignments-by-key.ts';
import { callNouns, entryResolvers, facilityNouns, milestoneNouns } from './entry.ts';
import { equipmentJourney, equipmentJourneys, journeyRecords, journeyTimeline } from './equipment-journey.ts';
import { facilities } from './facilities.ts';
import { facility } from './facility.ts';
import { lag } from './feed-lag.ts';
import { parties, party, profile } from './parties.ts';
import { record } from './record.ts';
import { transportCall, transportCalls } from './transport-calls.ts';

/** The directory's subgraph: the SDL rendered for every registered party, with its resolvers. */
export function directorySchema(): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: directoryDocument(registry), resolvers }]);
}

const resolvers = {
  Query: {
    parties,
    party,
    facilities,
    facility,
    transportCalls,
    transportCall,
    consignment,
    consignments,
    consignmentsByKey,
    equipmentJourney,
    equipmentJourneys,
    record,
  },
  Party: { profile, lag },
  FacilityEntry: entryResolvers('FacilityEntry', 'facility', facilityNouns),
  TransportCallEntry: entryResolvers('TransportCallEntry', 'transportCall', callNouns),
  ConsignmentRecordEntry: entryResolvers('ConsignmentRecordEntry', 'record', ['consignment-record']),
  EquipmentRecordEntry: entryResolvers('EquipmentRecordEntry', 'record', ['equipment-record']),
  MilestoneEntry: entryResolvers('MilestoneEntry', 'milestone', milestoneNouns),
  Consignment: { __resolveReference: resolveConsignment, id: shownId, reference: shownReference, records, timeline },
  ConsignmentMatch: { consignments: matchConsignments },
  ConsignmentRef: { __resolveReference: resolveConsignmentRef },
  EquipmentJourney: { records: journeyRecords, timeline: journeyTimeline },
};
