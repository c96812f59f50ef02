import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What `ask` needs to know of the corridor that runs here. */
export type RunningCorridor = {
  readonly folder: string;
  readonly graphql: string;
  /** Token endpoint by realm. */
  readonly token: Readonly<Record<string, string>>;
  /** Address by program. */
  readonly programs: Readonly<Record<string, string>>;
};

/** The corridor whose state lies in `.data` of `from` or of a folder above it, or in `data`; `undefined` when there is none. */
export function findCorridor(from: string, data: string | undefined): RunningCorridor | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = data ?? join(folder, '.data');
    if (existsSync(join(place, 'corridor.json'))) return read(place);
    if (data !== undefined || folder === dirname(folder)) return undefined;
  }
}

/** The secret of the demo's clients, or `undefined`. */
export function clientSecret(corridor: RunningCorridor | undefined, given: string | undefined): string | undefined {
  if (given !== undefined && given !== '') return given;
  const path = join(corridor?.folder ?? '', 'secrets', 'client-secret');
  return corridor !== undefined && existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

function read(folder: string): RunningCorridor | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(join(folder, 'corridor.json'), 'utf8'));
    const urls = member(state, 'urls');
    const graphql = member(urls, 'graphql');
    if (typeof graphql !== 'string') return undefined;
    return {
      folder,
      graphql,
      token: texts(member(urls, 'token'), (value) => value),
      programs: texts(member(state, 'programs'), (value) => member(value, 'url')),
    };
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function texts(value: unknown, pick: (value: unknown) => unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const text = pick(inner);
      return typeof text === 'string' ? [[name, text]] : [];
    }),
  );
}
