/**
 * The realm files: as much of Keycloak's import format (RealmRepresentation) as the development issuer acts on. Keycloak reads the same files.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import { z } from 'zod';

const names = z.array(z.string()).default([]);

const mapper = z.object({
  name: z.string(),
  protocolMapper: z.enum(['oidc-audience-mapper', 'oidc-hardcoded-claim-mapper']),
  config: z.record(z.string(), z.string()),
});

const client = z.object({
  clientId: z.string(),
  enabled: z.boolean(),
  serviceAccountsEnabled: z.boolean(),
  clientAuthenticatorType: z.enum(['client-secret', 'client-jwt']).default('client-secret'),
  secret: z.string().optional(),
  // With full scope every role of the account would go into every token.
  fullScopeAllowed: z.literal(false),
  defaultClientScopes: names,
  attributes: z.record(z.string(), z.string()).default({}),
  protocolMappers: z.array(mapper).default([]),
});

const realm = z.object({
  realm: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  // With a list of its own, an import creates none of the built-in scopes, so `basic` (sub) and `roles` would be missing.
  clientScopes: z.undefined().optional(),
  accessTokenLifespan: z.number().int().positive().max(900),
  roles: z.object({
    realm: z.array(z.object({ name: z.string() })),
    client: z.record(z.string(), z.array(z.object({ name: z.string() }))),
  }),
  clients: z.array(client),
  scopeMappings: z.array(z.object({ client: z.string(), roles: names })).default([]),
  clientScopeMappings: z.record(z.string(), z.array(z.object({ client: z.string(), roles: names }))).default({}),
  users: z
    .array(
      z.object({
        username: z.string(),
        enabled: z.boolean(),
        serviceAccountClientId: z.string().optional(),
        realmRoles: names,
        clientRoles: z.record(z.string(), names).default({}),
      }),
    )
    .default([]),
});

/** One realm of a realm file. */
export type Realm = z.infer<typeof realm>;

/** One client of a realm. */
export type Client = Realm['clients'][number];

/**
 * The realms of a folder of `*.json`. `${NAME}` in a client's secret or attributes becomes `variables[NAME]`, as at an import into Keycloak; a client
 * whose variable is missing keeps no credential and cannot log in.
 * @throws CONFIG_INVALID for a folder without realms, a file that is not a realm, or one realm twice
 */
export function readRealms(folder: string, variables: Readonly<Record<string, string>>): readonly Realm[] {
  const realms = filesIn(folder).map((name) => readJsonFile(join(folder, name), realm));
  if (realms.length === 0) throw new CorridorError('CONFIG_INVALID', { detail: `${folder}: no realm file` });
  if (new Set(realms.map((one) => one.realm)).size !== realms.length)
    throw new CorridorError('CONFIG_INVALID', { detail: `${folder}: a realm stands in two files` });
  return realms.map((one) => ({ ...one, clients: one.clients.map((each) => filled(each, variables)) }));
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (cause) {
    throw new CorridorError('CONFIG_INVALID', { detail: `${folder}: cannot be read`, cause });
  }
}

function filled({ secret, attributes, ...rest }: Client, variables: Readonly<Record<string, string>>): Client {
  const fill = (text: string): string | undefined => {
    const named = [...text.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name = '']) => name);
    if (named.some((name) => !Object.hasOwn(variables, name))) return undefined;
    return text.replaceAll(/\$\{([A-Z0-9_]+)\}/g, (_, name: string) => variables[name] ?? '');
  };
  const own = secret === undefined ? undefined : fill(secret);
  const kept = Object.entries(attributes).flatMap(([name, text]) => {
    const value = fill(text);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...rest, ...(own === undefined ? {} : { secret: own }), attributes: Object.fromEntries(kept) };
}
