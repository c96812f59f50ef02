/** What makes releases. Apart from the package's main entry, since it takes the composer along, which no running program needs. */
export { apiDifferences, apiSchemaOf, type Difference } from './release/differences.ts';
export { composeToday, makeRelease, registeredOwners } from './release/make-release.ts';
export { composeSupergraph } from './sdl/compose.ts';
