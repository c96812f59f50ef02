import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaClient as DirectoryClient } from './generated/directory/client.ts';
import { PrismaClient as PartyClient } from './generated/party/client.ts';

export type { DirectoryClient, PartyClient };

/** The two kinds of databases: a party's records, the directory's index. */
export type Clients = { readonly party: PartyClient; readonly directory: DirectoryClient };

/** Name of a kind of database, and of the folder with its schema and migrations. */
export type Model = keyof Clients;

// Prisma's own words would show the values of a refused call: minimal. Every transaction states how long it waits and runs.
const options = { errorFormat: 'minimal', transactionOptions: { maxWait: 5_000, timeout: 10_000 } } as const;

/** Makes the generated client of a model over a driver adapter. */
export const makeClient: { readonly [M in Model]: (adapter: SqlDriverAdapterFactory) => Clients[M] } = {
  party: (adapter) => new PartyClient({ ...options, adapter }),
  directory: (adapter) => new DirectoryClient({ ...options, adapter }),
};
