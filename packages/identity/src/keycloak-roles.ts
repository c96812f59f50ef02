/**
 * Keycloak's way of putting roles into a token, read by Keycloak's own adapter. Of keycloak-connect only the token class is used: it decodes
 * and looks up, it verifies nothing, so it is only ever given tokens that jose has accepted. Its middleware, grant manager and routes stay out.
 */
import type { JWTPayload } from 'jose';
import Token from 'keycloak-connect/middleware/auth-utils/token.js';
import { refusal } from './refusal.ts';

/** The roles of an accepted token. */
export type TokenRoles = {
  /** Realm roles, cut to `allowedRoles`, sorted. */
  readonly roles: readonly string[];
  /** Roles of the client `audience`, sorted. */
  readonly permissions: readonly string[];
};

/** Roles of `token`, whose verified payload is `payload`. @throws UNAUTHENTICATED when a role claim has not Keycloak's shape. */
export function rolesOf(token: string, payload: JWTPayload, allowedRoles: readonly string[], audience: string): TokenRoles {
  const realmAccess = payload['realm_access'];
  const clients = payload['resource_access'];
  if (clients !== undefined && !isRecord(clients)) throw refusal('UNAUTHENTICATED', 'resource_access has not the shape of Keycloak');
  const clientAccess = clients !== undefined && Object.hasOwn(clients, audience) ? clients[audience] : undefined;
  namesIn(realmAccess, 'realm_access');
  const named = namesIn(clientAccess, 'resource_access');

  const read = new Token(token);
  return {
    roles: allowedRoles.filter((role) => read.hasRealmRole(role)).sort(),
    permissions: [...new Set(named)].filter((name) => read.hasApplicationRole(audience, name)).sort(),
  };
}

// The adapter calls `roles.indexOf(name)` on whatever stands there: on the text "customs-helper" that finds customs. So the shape comes first.
function namesIn(access: unknown, claim: string): readonly string[] {
  if (access === undefined) return [];
  if (isRecord(access)) {
    const names = access['roles'];
    if (names === undefined) return [];
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  }
  throw refusal('UNAUTHENTICATED', `${claim} has not the shape of Keycloak`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
