export * from './access.ts';
export * from './access-labels.ts';
export * from './caller.ts';
export * from './clock.ts';
export * from './codes/controllers.ts';
export * from './codes/document-codes.ts';
export * from './codes/finding.ts';
export * from './codes/imo.ts';
export * from './codes/iso6346.ts';
export * from './codes/locations.ts';
export * from './codes/participant-functions.ts';
export * from './codes/registration-number.ts';
export * from './codes/size-types.ts';
export * from './codes/terminals.ts';
export * from './errors.ts';
export * from './exchange/consignment.ts';
export * from './exchange/dcsa-event.ts';
export * from './exchange/feed-event.ts';
export * from './exchange/index-entry.ts';
export * from './exchange/transport-call.ts';
export * from './ids.ts';
export * from './localized.ts';
export * from './parties.ts';
export * from './release/owner-rule.ts';
export * from './release/release.ts';
export * from './release/signature.ts';
export {
  directoryDocument,
  directorySdl,
  ownerEndpointDocument,
  partyDocument,
  partySdl,
  type RenderedParty,
  rename,
} from './sdl/render.ts';
export * from './supergraph.ts';
