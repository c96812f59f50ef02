export type { MessageFunction } from './codes.ts';
export { type Envelope, type Interchange, InterchangeReader, type Message, readInterchange } from './envelope.ts';
export {
  type ContainerReport,
  type DocumentReference,
  type FacilityReference,
  type Fact,
  type GateFact,
  type HandlingFact,
  type LossReason,
  type Lost,
  type Mapped,
  type ModeOfTransport,
  type OrderFact,
  type OrderType,
  type PartyReference,
  type Seal,
  type Sourced,
  type StatusFact,
  type StatusType,
  statusTypes,
  type VesselReference,
} from './facts.ts';
export { bySegment, type Finding, type FindingCode, findingCodes, stops } from './findings.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { instantOf, type LocalTime } from './local-time.ts';
export { coarriDirectories, coarriDocumentNames, mapCoarri } from './messages/coarri.ts';
export { codecoDirectories, codecoDocumentNames, mapCodeco } from './messages/codeco.ts';
export { coparnDirectories, coparnDocumentNames, mapCoparn } from './messages/coparn.ts';
export { iftstaDirectories, iftstaStatusCodes, mapIftsta } from './messages/iftsta.ts';
export { mapMessage } from './messages/map-message.ts';
export type { PartnerProfile } from './profile.ts';
export type { Segment } from './segment.ts';
export { Tokenizer, type TokenizerOptions } from './tokens.ts';
