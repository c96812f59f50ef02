import { CorridorError, type RegistryCode } from '@corridor/schemas';

/**
 * One issuer and what it may say. Read from a file: a JSON array of rows. What a row does not list, that issuer cannot claim: a Singapore
 * issuer never speaks for Guangxi, nor names anybody customs unless its row holds the role.
 */
export type IssuerRow = {
  /** `iss`, compared byte for byte. */
  readonly issuer: string;
  /** Where its key set is published (RFC 7517); https, or http on loopback. */
  readonly jwksUri: string;
  /** JWS algorithms (RFC 7518, RFC 8037) its tokens may use; asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** Registry codes it may put into `party`. */
  readonly parties: readonly RegistryCode[];
  /** Realm roles it may give; others are cut. Without colons, since Keycloak's adapter reads `a:b` as role b of client a. */
  readonly roles: readonly string[];
};

/** The rows by issuer. */
export type IssuerTable = ReadonlyMap<string, IssuerRow>;

const asymmetric = new Set(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']);

/** The rows as a table, each checked. @throws CONFIG_INVALID: an issuer twice, a symmetric or unknown algorithm, a key set in clear text, a colon in a role. */
export function issuerTable(rows: readonly IssuerRow[]): IssuerTable {
  const table = new Map<string, IssuerRow>();
  for (const row of rows) {
    if (table.has(row.issuer)) throw fault(row, 'is listed twice');
    if (row.algorithms.length === 0 || !row.algorithms.every((algorithm) => asymmetric.has(algorithm))) {
      throw fault(row, 'lists an algorithm that is not an asymmetric one of RFC 7518 or RFC 8037');
    }
    if (row.roles.some((role) => role.includes(':'))) throw fault(row, 'lists a role with a colon');
    if (!isSafeUrl(row.jwksUri)) throw fault(row, 'needs a key set on https, or http on loopback');
    table.set(row.issuer, row);
  }
  return table;
}

/** Whether the issuer of `row` may speak for `party`. */
export function mayClaim(row: IssuerRow, party: RegistryCode): boolean {
  return row.parties.includes(party);
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && (/^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]' || hostname === 'localhost'))
  );
}

function fault(row: IssuerRow, what: string): CorridorError {
  return new CorridorError('CONFIG_INVALID', { detail: `issuer ${row.issuer} ${what}` });
}
