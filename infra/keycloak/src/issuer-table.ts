import type { IssuerRow } from '@corridor/identity';
import { parties } from '@corridor/schemas';

const anybodysRoles = ['corridor-member', 'port-operator', 'carrier', 'forwarder'];
const mainlandRoles = [...anybodysRoles, 'corridor-auditor', 'agreement-admin', 'customs', 'border-inspection', 'maritime-authority'];

/**
 * The issuer table for the two demo realms under `baseUrl` (`http://127.0.0.1:4007`), of the development issuer or a Keycloak: `corridor` speaks for
 * the mainland parties and the directory's feed reader, `asean` for the members of ASEAN, and makes nobody an authority.
 */
export function developmentIssuerTable(baseUrl: string): IssuerRow[] {
  const codes = (region: string): string[] =>
    parties.filter((party) => party.region === region).flatMap(({ registryCodes }) => registryCodes);
  return [
    row(baseUrl, 'corridor', [...codes('mainland'), 'DIRECTORY'], mainlandRoles),
    row(baseUrl, 'asean', codes('foreign'), anybodysRoles),
  ];
}

function row(baseUrl: string, realm: string, codes: readonly string[], roles: readonly string[]): IssuerRow {
  const issuer = `${baseUrl}/realms/${realm}`;
  return { issuer, jwksUri: `${issuer}/protocol/openid-connect/certs`, algorithms: ['RS256'], parties: codes, roles };
}
