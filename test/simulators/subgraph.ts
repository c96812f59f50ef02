/** A subgraph over HTTP that can misbehave in the ways a real owner's server may. It checks nothing: the gateway is what is tested with it. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, type GraphQLSchema, graphql } from 'graphql';

/** How the simulated owner answers from now on. */
export type Behaviour =
  | 'answers'
  | 'hangs'
  | 'html'
  | 'http-500'
  | 'cut-off'
  | 'not-json'
  | 'wrong-count'
  | 'huge'
  | 'redirects'
  | 'leaks'
  | 'drops'
  | 'drops-once'
  /** Whatever a test wants it to say. */
  | ((question: Question) => Reply);

/** What it was asked. */
export type Question = { readonly query: string; readonly variables?: Record<string, unknown>; readonly operationName?: string };
/** What it says; `cut`: only the beginning of it. Status 0: nothing at all. */
export type Reply = { readonly status: number; readonly type: string; readonly body: string | Buffer; readonly cut?: boolean };

/** A running simulator. */
export type Simulator = {
  readonly url: string;
  behaviour: Behaviour;
  /** Headers of every request it received. */
  readonly received: IncomingHttpHeaders[];
  close(): Promise<void>;
};

/** Serves `typeDefs` with these resolvers (GraphQL type names as in the rendered SDL). */
export async function simulateSubgraph(
  typeDefs: DocumentNode,
  resolvers: Parameters<typeof buildSubgraphSchema>[0] extends infer _ ? object : never,
): Promise<Simulator> {
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  const open = new Set<import('node:net').Socket>();
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      simulator.received.push(request.headers);
      if (simulator.behaviour === 'drops' || simulator.behaviour === 'drops-once') {
        if (simulator.behaviour === 'drops-once') simulator.behaviour = 'answers';
        return request.socket.destroy();
      }
      return void answer(Buffer.concat(chunks).toString('utf8'), schema, simulator.behaviour).then(({ status, type, body, cut }) => {
        if (status === 0) return; // hangs
        response.writeHead(status, { 'content-type': type, ...(status === 302 && { location: 'http://127.0.0.1:9/graphql' }) });
        if (!cut) return response.end(body);
        response.write(body.slice(0, 10));
        return setTimeout(() => response.destroy(), 10);
      });
    });
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const simulator: Simulator = {
    url: `http://127.0.0.1:${port}`,
    behaviour: 'answers',
    received: [],
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return simulator;
}

async function answer(text: string, schema: GraphQLSchema, behaviour: Behaviour): Promise<Reply> {
  const json = 'application/json';
  if (typeof behaviour === 'function') return behaviour(JSON.parse(text) as Question);
  switch (behaviour) {
    case 'hangs':
      return { status: 0, type: json, body: '' };
    case 'html':
      return { status: 200, type: 'text/html', body: '<html><body>proxy error at 10.0.0.7</body></html>' };
    case 'http-500':
      return { status: 500, type: 'text/html', body: '<pre>Error: at secret.js:1</pre>' };
    case 'not-json':
      return { status: 200, type: json, body: '{"data": {' };
    case 'redirects':
      return { status: 302, type: json, body: '' };
    case 'huge':
      return {
        status: 200,
        type: json,
        body: JSON.stringify({ data: { _entities: [] }, extensions: { fill: 'x'.repeat(9 * 1024 * 1024) } }),
      };
    case 'wrong-count':
      return { status: 200, type: json, body: JSON.stringify({ data: { _entities: [] } }) };
    case 'leaks':
      return {
        status: 200,
        type: json,
        body: JSON.stringify({
          data: null,
          errors: [
            { message: 'connect ECONNREFUSED 10.0.0.7:5432', extensions: { code: 'P1001', stacktrace: ['at db.js'], sql: 'select 1' } },
          ],
        }),
      };
    default: {
      const { query, variables, operationName } = JSON.parse(text) as Question;
      const result = await graphql({ schema, source: query, variableValues: variables, operationName });
      return { status: 200, type: json, body: JSON.stringify(result), cut: behaviour === 'cut-off' };
    }
  }
}
