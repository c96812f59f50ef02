export type { MessageFunction } from './codes.ts';
export { type Interchange, InterchangeReader, type Message, readInterchange } from './envelope.ts';
export type { DocumentReference, FacilityReference, GateFact, LossReason, Lost, Mapped, Sourced } from './facts.ts';
export { bySegment, type Finding, type FindingCode, findingCodes, stops } from './findings.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { codecoDirectories, codecoDocumentNames, mapCodeco } from './messages/codeco.ts';
export type { PartnerProfile } from './profile.ts';
export type { Segment } from './segment.ts';
export { Tokenizer, type TokenizerOptions } from './tokens.ts';
