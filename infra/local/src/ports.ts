import { connect, createServer } from 'node:net';
import { adminOffset } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';

/** Ports of one corridor: gateway, five parties, directory, issuer. */
const blockSize = 8;

/** Linux gives outgoing connections the ports from here: a fixed listener above fails at random. */
const firstEphemeral = 32_768;

/**
 * The first port of a free block of eight, all probed on loopback, with the eight of their admin listeners a hundred further on: `base`, or where somebody
 * has one of these ports, the next block ten further on. A base that was asked for explicitly is not replaced by another.
 * @throws PORT_TAKEN, naming the port
 */
export async function findPortBlock(options: {
  readonly base: number;
  readonly explicit: boolean;
  readonly isFree?: (port: number) => Promise<boolean>;
}): Promise<number> {
  const { base, explicit, isFree = isPortFree } = options;
  let taken = base;
  let from = base;
  for (let first = base; first + adminOffset + blockSize <= firstEphemeral; first += 10) {
    const ports = Array.from({ length: blockSize }, (_, offset) => first + offset);
    const probed = [...ports, ...ports.map((port) => port + adminOffset)];
    const free = await Promise.all(probed.map(isFree));
    const inTheWay = probed[free.indexOf(false)];
    if (inTheWay === undefined) return first;
    taken = inTheWay;
    from = taken < first + adminOffset ? first : first + adminOffset;
    if (explicit) break;
  }
  throw new CorridorError('PORT_TAKEN', { detail: `${taken}, one of the ${blockSize} from ${from}` });
}

/** Whether nobody listens on the port of this machine's loopback, and we may. */
export async function isPortFree(port: number): Promise<boolean> {
  // A browser that goes to `localhost` may take ::1: somebody there is in the way, too.
  return (await canListen(port)) && !(await answers(port, '::1')) && !(await answers(port, '127.0.0.1'));
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function answers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
    socket.setTimeout(500, () => settle(false));
  });
}
