/**
 * All owners of a measurement in one cheap process, a port for each: what was once asked is really executed and from then on answered from its bytes.
 * Arguments: number of parties. Ready with the ports by owner; asked, it gives how many requests came since it was asked last.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from './child.ts';
import { makeOwner } from './made-records.ts';
import { benchOwners, benchParties } from './parties.ts';

const count = Number(process.argv[2]);
const parties = benchParties(count);
let asked = 0;

function serve(name: string): Server {
  const owner = makeOwner(name, parties);
  const known = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked += 1;
      const body = Buffer.concat(chunks).toString('latin1');
      const answer = known.get(body);
      if (answer !== undefined) return send(answer);
      void owner.answer(Buffer.concat(chunks).toString('utf8')).then(
        (text) => {
          const made = Buffer.from(text);
          known.set(body, made);
          send(made);
        },
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          response.writeHead(500).end();
        },
      );
    });
    const send = (answer: Buffer): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    };
  });
  // A gateway's idle connections are closed by the gateway: one cut from here would be asked again, and counted twice.
  server.keepAliveTimeout = 10 * 60 * 1_000;
  return server;
}

const ports: Record<string, number> = {};
for (const name of benchOwners(count)) {
  const server = serve(name);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports[name] = (server.address() as AddressInfo).port;
}
answerParent(ports, () => {
  const since = asked;
  asked = 0;
  return since;
});
