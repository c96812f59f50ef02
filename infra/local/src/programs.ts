import { parties } from '@corridor/schemas';

/** One program of the corridor: a child process of its own. */
export type Program = {
  readonly name: string;
  readonly port: number;
  /** Address on loopback, without a path. */
  readonly url: string;
  /** The built main module. */
  readonly entry: string;
  /** All of its environment but what every program gets (PATH and the like). */
  readonly env: Readonly<Record<string, string>>;
};

/** Names of all programs, in the order of their ports from the base. */
export const programNames: readonly string[] = ['gateway', ...parties.map(({ code }) => code), 'directory', 'issuer'];

/** Everything that has a database and a hop key with the gateway. */
export const owners: readonly string[] = [...parties.map(({ code }) => code), 'directory'];

/** The port of a program of the block at `base`. */
export function portOf(name: string, base: number): number {
  return base + programNames.indexOf(name);
}

/** The address of a program of the block at `base`. */
export function urlOf(name: string, base: number): string {
  return `http://127.0.0.1:${portOf(name, base)}`;
}

/** The token endpoint of a realm of the development issuer, in Keycloak's paths. */
export function tokenUrl(realm: 'corridor' | 'asean', base: number): string {
  return `${urlOf('issuer', base)}/realms/${realm}/protocol/openid-connect/token`;
}

/** The variable a program reads its database server's address from. */
export function databaseVariable(name: string): string {
  return `DATABASE_URL_${name.toUpperCase()}`;
}
