import type { Question } from './proxy.ts';

/** Something that answers queries, in a process tree of its own. */
export type Engine = {
  readonly name: string;
  readonly url: string;
  /** The first process of its tree. */
  readonly pid: number;
  /** What a client sends beside the query. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** A floor is told what to replay. */
  readonly replay?: (waves: readonly (readonly Question[])[]) => Promise<unknown>;
  stop(): Promise<void>;
};

/** Where everything of a measurement is. */
export type Site = {
  /** A folder of its own, deleted afterwards. */
  readonly folder: string;
  readonly supergraphFile: string;
  /** Addresses of the owners, by name. */
  readonly owners: Readonly<Record<string, string>>;
  /** The binary that runs the engines. */
  readonly node: string;
};
