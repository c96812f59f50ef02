/** The gateway in a process of its own, before a directory that knows one answer and gives it at once, or late when a question's alias says so. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dataFolder, ensureSecrets, findPortBlock, planPrograms } from '@corridor/local';
import { systemRandom } from '@corridor/runtime';
import { invariant, parties } from '@corridor/schemas';
import { simulateIssuer } from '../simulators/issuer.ts';
import { type ChildProgram, startChild, untilReady } from './child-program.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** What a test asks; the answer holds five parties. */
export const quick = JSON.stringify({ query: '{ parties { code } }' });
/** The same, of a directory that takes `slowMs`. */
export const slow = JSON.stringify({ query: '{ slow: parties { code } }' });

/** The running gateway. */
export type ChildGateway = { readonly url: string; readonly adminUrl: string; readonly program: ChildProgram; close(): Promise<void> };

/** Starts it on a free port. */
export async function startChildGateway(options: { readonly slowMs: number }): Promise<ChildGateway> {
  const root = mkdtempSync(join(tmpdir(), 'corridor-child-'));
  const folder = dataFolder(root);
  const codes = parties.map(({ code }) => code);
  const secrets = ensureSecrets(folder.secrets, { owners: [...codes, 'directory'], parties: codes, random: systemRandom });
  const portBase = await findPortBlock({ base: 21_000 + (process.pid % 900) * 10, explicit: false });
  const plan = planPrograms({ checkout, folder, secrets, portBase, logLevel: 'info', databaseUrls: {} }).find(
    ({ name }) => name === 'gateway',
  );
  invariant(plan !== undefined, 'the plan has a gateway');
  const directory = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', async () => {
      const isSlow = body.includes('slow');
      if (isSlow) await wait(options.slowMs);
      const data = { [isSlow ? 'slow' : 'parties']: codes.map((code) => ({ code })) };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
    });
  });
  directory.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve) => directory.listen(0, '127.0.0.1', resolve));
  const issuer = await simulateIssuer();
  const env = plan.env;
  const file = (name: string, value: unknown): string => {
    const path = join(root, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const owners = JSON.parse(readFileSync(env['OWNERS_FILE'] ?? '', 'utf8')) as Record<string, { url: string; hopKeyFile: string }>;
  invariant(owners['directory'] !== undefined, 'the directory is an owner');
  owners['directory'] = { ...owners['directory'], url: `http://127.0.0.1:${(directory.address() as AddressInfo).port}` };
  const patient = { DIRECTORY_TIMEOUT_MS: '20000', QUERY_TIMEOUT_MS: '25000' };
  const program = startChild('gateway/src/main.ts', {
    ...env,
    ...patient,
    OWNERS_FILE: file('owners.json', owners),
    ISSUERS_FILE: file('issuers.json', [issuer.row]),
  });
  const close = async (): Promise<void> => {
    await program.kill();
    directory.closeAllConnections();
    await Promise.all([new Promise((resolve) => directory.close(resolve)), issuer.close()]);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await untilReady(plan.url, program);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: plan.url, adminUrl: `http://127.0.0.1:${env['ADMIN_PORT']}`, program, close };
}
