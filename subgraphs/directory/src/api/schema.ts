import { buildSubgraphSchema } from '@apollo/subgraph';
import { directoryDocument, parties as registry } from '@corridor/schemas';
import type { GraphQLSchema } from 'graphql';
import { consignment, records, resolveConsignment, timeline } from './consignment.ts';
import { resolveConsignmentRef } from './consignment-ref.ts';
import { consignments } from './consignments.ts';
import { entryResolvers, facilityNouns, milestoneNouns } from './entry.ts';
import { equipmentJourney, journeyRecords, journeyTimeline } from './equipment-journey.ts';
import { facilities } from './facilities.ts';
import { facility } from './facility.ts';
import { parties, party, profile } from './parties.ts';
import { record } from './record.ts';

/** The directory's subgraph: the SDL rendered for every registered party, with its resolvers. */
export function directorySchema(): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: directoryDocument(registry), resolvers }]);
}

const resolvers = {
  Query: { parties, party, facilities, facility, consignment, consignments, equipmentJourney, record },
  Party: { profile },
  FacilityEntry: entryResolvers('FacilityEntry', 'facility', facilityNouns),
  ConsignmentRecordEntry: entryResolvers('ConsignmentRecordEntry', 'record', ['consignment-record']),
  EquipmentRecordEntry: entryResolvers('EquipmentRecordEntry', 'record', ['equipment-record']),
  MilestoneEntry: entryResolvers('MilestoneEntry', 'milestone', milestoneNouns),
  Consignment: { __resolveReference: resolveConsignment, records, timeline },
  ConsignmentRef: { __resolveReference: resolveConsignmentRef },
  EquipmentJourney: { records: journeyRecords, timeline: journeyTimeline },
};
