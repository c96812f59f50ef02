/** The reference engine: `@apollo/gateway` over a supergraph at rest, its owners given by configuration. */
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { invariant } from '@corridor/schemas';
import type { RequestContext } from '../context.ts';
import type { Engine } from './engine.ts';

/** Makes the engine. An owner the supergraph names and the configuration does not is our own mistake, found at start. */
export function createReferenceEngine(options: {
  readonly supergraphSdl: string;
  readonly sources: ReadonlyMap<string, GraphQLDataSource<RequestContext>>;
}): Engine {
  // Read when the gateway is constructed: without it usage data of this host would be sent abroad every hour.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => {
      const source = options.sources.get(name);
      invariant(source !== undefined, `the supergraph names ${name}, the configuration does not`);
      return source as GraphQLDataSource;
    },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return { gateway };
}
