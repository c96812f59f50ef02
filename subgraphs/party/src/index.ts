export { type PartyConfig, partyConfig } from './config.ts';
export {
  type BerthDefinition,
  type DailyOpening,
  type FacilityDefinition,
  type OpeningException,
  type OpeningRules,
  type OrganisationAlias,
  type OrganisationDefinition,
  type OrganisationIdentification,
  type PartyDefinition,
  type PlaceReference,
  partyProfileId,
  type ServiceContact,
  type SourceDefinition,
  type SourceFormat,
  sourceFormats,
} from './definition.ts';
export { type DefinitionHead, readDefinition } from './definition-files.ts';
export { runParty } from './run.ts';
export { type PartyDependencies, type RunningParty, startParty } from './start.ts';
