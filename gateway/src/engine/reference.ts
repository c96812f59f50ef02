/** The reference engine: `@apollo/gateway` over a supergraph at rest, its owners given by configuration. */
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import type { RequestContext } from '../context.ts';
import type { Engine } from './engine.ts';

/** Makes the engine. @throws CONFIG_INVALID when it is started, for an owner that the supergraph names and the configuration does not */
export function createReferenceEngine(options: {
  readonly supergraphSdl: string;
  readonly sources: ReadonlyMap<string, GraphQLDataSource<RequestContext>>;
  readonly log: Logger;
}): Engine {
  // Read when the gateway is constructed: without it usage data of this host would be sent abroad every hour.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name }) => {
      const source = options.sources.get(name);
      if (source === undefined)
        throw new CorridorError('CONFIG_INVALID', { detail: `the supergraph names the owner ${name}, OWNERS_FILE does not` });
      return source as GraphQLDataSource;
    },
    logger: { debug() {}, info() {}, warn: (message) => options.log.warn(message), error: (message) => options.log.error(message) },
  });
  return { gateway };
}
