/** Composes the federated schema from the rendered subgraphs. Used when generating and in tests; a running gateway reads `supergraph.graphql`. */
import { composeServices } from '@apollo/composition';
import type { parse } from 'graphql';
import type { RenderedParty } from './render.ts';
import { directoryDocument, partyDocument } from './render.ts';

/** A composed schema and what the composer remarked. */
export type Composed = { readonly supergraphSdl: string; readonly hints: readonly { readonly code: string; readonly message: string }[] };

/**
 * The supergraph of these parties and the directory. Owner addresses are placeholders (`corridor://guangxi`): a gateway takes them from its
 * configuration, never from here, and one that does not fails loudly.
 * @throws Error with every composition error, when the template breaks a federation rule.
 */
export function composeSupergraph(parties: readonly RenderedParty[]): Composed {
  const services = [
    ...parties.map((party) => ({ name: party.code, url: `corridor://${party.code}`, typeDefs: partyDocument(party) })),
    { name: 'directory', url: 'corridor://directory', typeDefs: directoryDocument(parties) },
  ];
  const result = composeServices(services.map((service) => ({ ...service, typeDefs: stripLocations(service.typeDefs) })));
  if (result.errors !== undefined) {
    throw new Error(
      `The subgraphs do not compose:\n${result.errors.map((error) => `- ${String(error.extensions['code'])}: ${error.message}`).join('\n')}`,
    );
  }
  return {
    supergraphSdl: result.supergraphSdl,
    hints: result.hints.map((hint) => ({ code: hint.definition.code, message: hint.message })),
  };
}

// Nodes of several files carry offsets of different sources; the composer prints excerpts by them.
function stripLocations(document: ReturnType<typeof partyDocument>): ReturnType<typeof parse> {
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'loc' ? undefined : value)));
}
