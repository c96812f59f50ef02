/** What the folder of accepted releases needs of a disk. Tests put one in its place that is full, or that dies between two steps. */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';

/** Each step is on the disk itself once its promise resolves. */
export type Disk = {
  /** Names of the files of a folder, which is made if need be. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Writes a file that was not there, down to the disk. */
  create(path: string, text: string): Promise<void>;
  /** Gives a file its name, in place of one that may have it. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes names that were given in a folder last. */
  settle(folder: string): Promise<void>;
};

/** The disk of this machine. */
export const systemDisk: Disk = {
  async list(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return readdir(folder);
  },
  read: (path) => readFile(path),
  create: async (path, text) => {
    const file = await open(path, 'wx', 0o600);
    await closing(file, async () => {
      await file.writeFile(text);
      await file.sync();
    });
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  settle: async (folder) => {
    const file = await open(folder, 'r');
    await closing(file, () => file.sync());
  },
};

async function closing(file: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await file.close();
  }
}
