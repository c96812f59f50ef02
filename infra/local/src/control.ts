import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtOnce } from './data-folder.ts';

/**
 * How another command asks the supervisor for something: a file in `.data/control`, answered by a file beside it. Whoever may write there may start
 * and stop the corridor anyway; a port would have to be guarded.
 */
const request = z.object({ action: z.enum(['start', 'stop']), program: z.string() });
const answer = z.object({ fault: z.string().nullable() });

/** What can be asked for. */
export type ControlRequest = z.infer<typeof request>;

/** Serves requests one after the other until the returned function is called; a `serve` that throws is a refusal with its message. */
export function serveControl(folder: string, serve: (request: ControlRequest) => Promise<void>): () => void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    const waiting = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.request')) : [];
    for (const name of waiting) await answerOne(name);
    busy = false;
  }, 100);

  async function answerOne(name: string): Promise<void> {
    const path = join(folder, name);
    let fault: string | null = null;
    try {
      const asked = request.parse(JSON.parse(readFileSync(path, 'utf8')));
      rmSync(path);
      await serve(asked);
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
      rmSync(path, { force: true });
    }
    writeAtOnce(path.replace(/request$/, 'answer'), JSON.stringify({ fault }), 0o600);
  }
  return () => clearInterval(timer);
}

/** Asks a running supervisor and waits for its answer: `null` when it was done, else why not. `isThere` ends the wait when the supervisor is gone. */
export async function askSupervisor(folder: string, asked: ControlRequest, isThere: () => boolean): Promise<string | null> {
  const id = randomUUID();
  const path = join(folder, `${id}.answer`);
  writeAtOnce(join(folder, `${id}.request`), JSON.stringify(asked), 0o600);
  while (!existsSync(path)) {
    if (!isThere()) return 'the supervisor ended before it answered';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { fault } = answer.parse(JSON.parse(readFileSync(path, 'utf8')));
  rmSync(path);
  return fault;
}
