// Hive Gateway with what our gateway does for every request, too: token check, limits, deadline, error masking, a header to every owner. What would let
// one caller have another's answer (in-flight de-duplication, on towards the owners unless told otherwise; response cache) is off.
import { createRemoteJwksSigningKeyProvider, defineConfig, extractFromHeader } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const { ISSUER = '', JWKS_URI = '', DEADLINE_MS = '' } = process.env;

export const gatewayConfig = defineConfig({
  unifiedGraphHandler,
  jwt: {
    signingKeyProviders: [createRemoteJwksSigningKeyProvider({ jwksUri: JWKS_URI })],
    tokenLookupLocations: [extractFromHeader({ name: 'authorization', prefix: 'Bearer' })],
    tokenVerification: { issuer: ISSUER, audience: 'corridor-gateway', algorithms: ['RS256'] },
    reject: { missingToken: true, invalidToken: true },
  },
  propagateHeaders: { fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }) },
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
  upstreamTimeout: () => Number(DEADLINE_MS),
  maxTokens: 2_000,
  maxDepth: 12,
  maskedErrors: true,
  inboundInflightRequestDeduplication: false,
  cors: false,
  graphiql: false,
  landingPage: false,
});
