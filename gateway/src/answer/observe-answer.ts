/** What operators learn of an answer: its first code, and how many fields each owner withheld. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { Metrics } from '@corridor/runtime';
import { isErrorCode } from '@corridor/schemas';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../context.ts';

/** Notes the code of an error in an answer on its request; the first stands for the answer. */
export function noteOutcome(request: FastifyRequest, code: unknown): void {
  if (request.outcome === 'OK' && typeof code === 'string' && isErrorCode(code)) request.outcome = code;
}

/** The plugin that counts what was withheld. */
export function countMasked(metrics: Metrics): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue }) {
          for (const { owner } of contextValue.masked) metrics.count('masked_fields_total', { owner });
        },
      };
    },
  };
}
