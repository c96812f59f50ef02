/** The machine a program runs on: Node, disk, ports. */
import { statfs } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { request } from 'undici';
import { type Finding, found } from './doctor-finding.ts';

const gigabyte = 1024 ** 3;
const lowBytes = 2 * gigabyte;
const fullBytes = 0.2 * gigabyte;

/** Whether this Node runs the product. */
export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return found(major > 20 || (major === 20 && minor >= 19) ? 'NODE_FITS' : 'NODE_TOO_OLD', version.replace(/^v/, ''));
}

/** Room on the disk of a folder; one that does not exist yet lies where its parent does. `free` is asked for bytes. */
export async function examineDisk(folder: string, free: (folder: string) => Promise<number> = freeBytes): Promise<Finding[]> {
  for (let place = folder; ; place = dirname(place)) {
    try {
      const bytes = await free(place);
      const room = bytes >= gigabyte ? `${(bytes / gigabyte).toFixed(1)} GB` : `${Math.floor(bytes / 1024 ** 2)} MB`;
      return [found(bytes < fullBytes ? 'DISK_FULL' : bytes < lowBytes ? 'DISK_LOW' : 'DISK_ENOUGH', folder, room)];
    } catch {
      if (place === dirname(place)) return [];
    }
  }
}

/** A program's two ports: free, or its own while it runs. `variable` names what sets the port. */
export async function examinePort(program: string, host: string, port: number, variable: string): Promise<Finding[]> {
  if (port === 0) return [];
  const findings = port >= 32_768 ? [found('PORT_EPHEMERAL', String(port), variable)] : [];
  if (await canListen(host, port)) return [...findings, found('PORT_FREE', String(port))];
  const name = await whoAnswers(host, port);
  return [...findings, name === program ? found('PORT_OURS', String(port), program) : found('PORT_TAKEN', String(port), variable)];
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function canListen(host: string, port: number): Promise<boolean> {
  const bound = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
  return bound && !(await answers(port));
}

// Where the system lets two listen at different addresses of one port, somebody on loopback is in the way all the same.
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
    socket.setTimeout(500, () => settle(false));
  });
}

async function whoAnswers(host: string, port: number): Promise<string | undefined> {
  try {
    const at = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const { body } = await request(`http://${at}:${port}/livez`, { headersTimeout: 2_000, bodyTimeout: 2_000, reset: true });
    const answer: unknown = await body.json();
    const name: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'name') : undefined;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
