/** The engine everybody starts from: `ApolloGateway` with its own data source behind `startStandaloneServer`. Arguments: supergraph, owners' addresses. */
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { answerParent } from './child.ts';

const [supergraph = '', owners = ''] = process.argv.slice(2);
const urls = new Map(Object.entries<string>(JSON.parse(readFileSync(owners, 'utf8'))));
// Read when the gateway is made; nothing of a measurement is told to anybody.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(supergraph, 'utf8'),
  buildService: ({ name }) => new RemoteGraphQLDataSource({ url: `${urls.get(name)}/graphql` }),
});
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), { listen: { port: 0, host: '127.0.0.1' } });
answerParent(new URL(url).origin, () => null);
