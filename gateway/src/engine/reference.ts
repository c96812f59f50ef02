/** The reference engine: `@apollo/gateway` over a supergraph at rest, its owners given by configuration. */
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@corridor/runtime';
import { CorridorError, invariant } from '@corridor/schemas';
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { Contracts } from '../owners/contract.ts';
import { type KnownDocument, warmPlans } from '../plans/warm-plans.ts';
import type { Engine } from './engine.ts';

/** Makes the engine. @throws CONFIG_INVALID when it is started, for an owner that the supergraph names and the configuration does not */
export function createReferenceEngine(options: {
  readonly supergraphSdl: string;
  readonly sources: ReadonlyMap<string, GraphQLDataSource<RequestContext>>;
  /** Told each release before a request is planned with it. */
  readonly contracts: Contracts;
  /** Told the plan of each operation before it is carried out. */
  readonly onPlan?: ((context: object, plan: object) => void) | undefined;
  /** Planned when the engine is loaded, before it is said to be. */
  readonly documents?: readonly KnownDocument[];
  readonly log: Logger;
}): Engine {
  const { documents = [], log } = options;
  // Read when the gateway is constructed: without it usage data of this host would be sent abroad every hour.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    // Fragments of its own making: with those of the client a document of a kilobyte took the planner four seconds, with none an owner's question grows.
    queryPlannerConfig: { generateQueryFragments: true },
    buildService: ({ name }) => {
      const source = options.sources.get(name);
      if (source === undefined)
        throw new CorridorError('CONFIG_INVALID', { detail: `the supergraph names the owner ${name}, OWNERS_FILE does not` });
      return source as GraphQLDataSource;
    },
    ...(options.onPlan !== undefined && {
      experimental_didResolveQueryPlan: ({ queryPlan, requestContext }) => options.onPlan?.(requestContext.context, queryPlan),
    }),
    logger: { debug() {}, info() {}, warn: (message) => options.log.warn(message), error: (message) => options.log.error(message) },
  });
  let apiSchema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate((loaded) => {
    apiSchema = loaded.apiSchema;
    options.contracts.add(loaded.apiSchema, loaded.coreSupergraphSdl);
  });
  return {
    gateway: {
      onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
      async load(o) {
        const { executor } = await gateway.load(o);
        invariant(apiSchema !== undefined, 'an engine that loads tells its schema');
        const { planned, skipped } = await warmPlans({ apiSchema, executor }, documents);
        if (documents.length > 0) log.info({ planned, skipped }, 'known documents are planned');
        return { executor };
      },
      stop: () => gateway.stop(),
    },
  };
}
