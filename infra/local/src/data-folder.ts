import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where everything of the local corridor lies, `.data` of the checkout unless told otherwise. Nothing is written anywhere else.
 * ```
 * corridor.json   which program runs where (see state.ts)      secrets/  keys, made once, mode 0600
 * demo.json       when the demo corridor began                 config/   addresses and public keys, written at each start
 * <program>/      its embedded database; gateway/: releases     logs/     one file per program       control/  requests to the supervisor
 * ```
 */
export type DataFolder = {
  readonly root: string;
  readonly state: string;
  readonly demo: string;
  readonly secrets: string;
  readonly config: string;
  readonly logs: string;
  readonly control: string;
};

/** The paths below `root`; makes nothing. */
export function dataFolder(root: string): DataFolder {
  const below = (name: string): string => join(root, name);
  return {
    root,
    state: below('corridor.json'),
    demo: below('demo.json'),
    secrets: below('secrets'),
    config: below('config'),
    logs: below('logs'),
    control: below('control'),
  };
}

/** Takes away everything the corridor wrote: databases, secrets, logs, state. What else lies in the folder stays. */
export function emptyFolder(folder: DataFolder, programs: readonly string[]): void {
  const { state, demo, secrets, config, logs, control } = folder;
  for (const path of [...programs.map((name) => join(folder.root, name)), demo, secrets, config, logs, control, state]) {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Writes a file at once: a reader sees the old content or the new, never a part. */
export function writeAtOnce(path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode });
  renameSync(draft, path);
}
