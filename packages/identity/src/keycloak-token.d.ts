// keycloak-connect declares types for its middleware only; of this file no more than two readers is used.
declare module 'keycloak-connect/middleware/auth-utils/token.js' {
  class Token {
    constructor(token: string, clientId?: string);
    hasRealmRole(role: string): boolean;
    hasApplicationRole(client: string, role: string): boolean;
  }
  export = Token;
}
