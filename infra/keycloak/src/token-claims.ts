import { hash } from 'node:crypto';
import { invariant } from '@corridor/schemas';
import type { Client, Realm } from './realm.ts';

/** Claims of a client's own access token that do not change from token to token. */
export type StandingClaims = { readonly [claim: string]: unknown };

/**
 * What Keycloak's mappers make of a client with a service account: `sub` (scope basic), `realm_access` and `resource_access` (scope roles; roles of
 * the account within the client's scope mappings, since full scope is off), `aud` and the hardcoded claims (mappers of the client), `azp`, `typ`.
 */
export function standingClaims(realm: Realm, client: Client): StandingClaims {
  const account = realm.users.find((user) => user.serviceAccountClientId === client.clientId);
  invariant(account !== undefined, `client ${client.clientId} has a service account in its realm file`);
  const claims: Record<string, unknown> = { typ: 'Bearer', azp: client.clientId };

  if (client.defaultClientScopes.includes('basic')) claims['sub'] = subjectOf(realm.realm, account.username);
  if (client.defaultClientScopes.includes('roles')) {
    const roles = within(account.realmRoles, realm.scopeMappings, client);
    if (roles.length > 0) claims['realm_access'] = { roles };
    const access = Object.entries(account.clientRoles).flatMap(([of, held]) => {
      const cut = within(held, realm.clientScopeMappings[of] ?? [], client);
      return cut.length === 0 ? [] : [[of, { roles: cut }] as const];
    });
    if (access.length > 0) claims['resource_access'] = Object.fromEntries(access);
  }

  const audiences: string[] = [];
  for (const { protocolMapper, config } of client.protocolMappers) {
    if (config['access.token.claim'] !== 'true') continue;
    const audience = config['included.client.audience'];
    const name = config['claim.name'];
    const value = config['claim.value'] ?? '';
    if (protocolMapper === 'oidc-audience-mapper' && audience !== undefined) audiences.push(audience);
    if (protocolMapper === 'oidc-hardcoded-claim-mapper' && name !== undefined) {
      claims[name] = config['jsonType.label'] === 'JSON' ? JSON.parse(value) : value;
    }
  }
  if (audiences.length > 0) claims['aud'] = audiences.length === 1 ? audiences[0] : audiences;
  return claims;
}

function within(
  held: readonly string[],
  mappings: readonly { readonly client: string; readonly roles: readonly string[] }[],
  client: Client,
): readonly string[] {
  const allowed = mappings.find((mapping) => mapping.client === client.clientId)?.roles ?? [];
  return held.filter((role) => allowed.includes(role));
}

// Keycloak draws a random UUID at the import; here it follows from the name, so that a restart does not make other people of the same accounts.
function subjectOf(realm: string, username: string): string {
  const hex = hash('sha256', `${realm}/${username}`, 'hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
