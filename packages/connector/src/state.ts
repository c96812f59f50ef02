import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { Watermark } from './row-source.ts';

/** What a connector remembers between runs: how far the source was read, and, where only the file's time tells revisions, what each record was last. */
export type ConnectorState = {
  readonly watermark: Watermark | null;
  /** Key → SHA-256 of the content the owner answered for, first 16 bytes, base64url. */
  readonly ledger: Readonly<Record<string, string>>;
};

const stateFile = z.strictObject({ watermark: z.string().nullable(), ledger: z.record(z.string(), z.string()) });

/** Where the state is kept. */
export type StateStore = { read(): Promise<ConnectorState>; write(state: ConnectorState): Promise<void> };

/**
 * A state in a file, replaced as a whole: after a crash the old one or the new one is there. Without a file the source is read from its beginning, which
 * the owner's door answers with duplicates.
 */
export function fileState(path: string): StateStore {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? { watermark: null, ledger: {} } : stateFile.parse(JSON.parse(text));
    },
    async write(state) {
      const handle = await open(`${path}.new`, 'w', 0o600);
      try {
        await handle.writeFile(JSON.stringify(state));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.new`, path);
    },
  };
}
