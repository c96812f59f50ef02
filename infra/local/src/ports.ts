import { connect, createServer } from 'node:net';
import { CorridorError } from '@corridor/schemas';

/** Ports of one corridor: gateway, five parties, directory, issuer. */
const blockSize = 8;

/** Linux gives outgoing connections the ports from here: a fixed listener above fails at random. */
const firstEphemeral = 32_768;

/**
 * The first port of a free block of eight, all probed on loopback: `base`, or where somebody has one of its ports, the next block ten further on. A
 * base that was asked for explicitly is not replaced by another.
 * @throws PORT_TAKEN, naming the port
 */
export async function findPortBlock(options: {
  readonly base: number;
  readonly explicit: boolean;
  readonly isFree?: (port: number) => Promise<boolean>;
}): Promise<number> {
  const { base, explicit, isFree = isPortFree } = options;
  let taken = base;
  for (let first = base; first + blockSize <= firstEphemeral; first += 10) {
    const free = await Promise.all(Array.from({ length: blockSize }, (_, offset) => isFree(first + offset)));
    const offset = free.indexOf(false);
    if (offset === -1) return first;
    taken = first + offset;
    if (explicit) break;
  }
  throw new CorridorError('PORT_TAKEN', { detail: `${taken}, one of the ${blockSize} from ${explicit ? base : taken - (taken % 10)}` });
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
