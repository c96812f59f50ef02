/** What a query costs, looked at before it is planned: how much it may return, how hard it is to plan, and whether its caller may still ask for that. */
import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { type ErrorCode, errors, errorText } from '@corridor/schemas';
import { type DocumentNode, type FragmentDefinitionNode, GraphQLError, Kind } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { Budgets, Charge } from './budget.ts';
import { countNodes, maxNodes } from './nodes.ts';
import { maxPlanWeight, maxRootFields, planWeight } from './plan-weight.ts';

/** `extensions.cost` of an answer: from the query and its variables alone, so that it tells nothing of what is hidden. */
export type QueryCost = { readonly nodes: number; readonly points: number };

/**
 * Refuses with COST_LIMIT what could return too many nodes, with QUERY_TOO_LARGE what would take too long to plan or asks too many root fields, with
 * THROTTLED what its caller's budget does not hold; notes the cost in the answer, and in headers what is left (the body stays the same for the same
 * question). Stands behind whatever else writes extensions.
 */
export function queryCost(budgets: Budgets): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      let cost: QueryCost | undefined;
      let charge: Charge | undefined;
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          // An empty name is no name (GraphQL, section 2.1.9); Apollo Server would take it for none, the planner for one that is missing.
          if (request.operationName === '' || operation === undefined) throw refused('BAD_REQUEST');
          // Validation lets a mutation pass where the schema has none, and the planner takes it for a fault of its own.
          if (schema.getRootType(operation.operation) === undefined) throw refused('GRAPHQL_VALIDATION_FAILED');
          const nodes = countNodes(schema, document, request.variables ?? {});
          if (nodes > maxNodes) throw refused('COST_LIMIT');
          const { weight, rootFields } = planWeight(schema, operation, fragmentsOf(document));
          if (weight > maxPlanWeight || rootFields > maxRootFields) throw refused('QUERY_TOO_LARGE');
          const points = 1 + nodes;
          if (contextValue.payer !== undefined) charge = await budgets.charge(contextValue.payer, points);
          if (charge?.allowed === false) throw refused('THROTTLED', charge.resetSeconds);
          cost = { nodes, points };
        },
        async willSendResponse({ response }) {
          if (charge !== undefined) for (const [name, value] of budgetHeaders(charge)) response.http.headers.set(name, value);
          if (cost === undefined || response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          singleResult.extensions = { ...singleResult.extensions, cost };
        },
      };
    },
  };
}

function refused(code: ErrorCode, retryAfterSeconds?: number): GraphQLError {
  const headers = new HeaderMap();
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  // Apollo Server wants its own map of headers here, the type another package gives the extension wants a record.
  const extensions: Record<string, unknown> = { code, http: { status: errors[code].status, headers } };
  return new GraphQLError(errorText(code), { extensions });
}

// RateLimit header fields for HTTP (IETF httpapi working group): r what remains, t seconds until it is whole again, q the quota, w its window.
function budgetHeaders({ limit, remaining, resetSeconds }: Charge): readonly (readonly [string, string])[] {
  return [
    ['ratelimit', `"points";r=${remaining};t=${resetSeconds}`],
    ['ratelimit-policy', `"points";q=${limit};w=60`],
  ];
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
}
