/** A throw-away PostgreSQL of this machine; undefined where there is none. */
export function startThrowAwayPostgres(options?: { readonly durable?: boolean }): Promise<
  | {
      readonly url: string;
      readonly folder: string;
      readonly pid: number;
      readonly bin: string;
      readonly caFile: string | undefined;
      stop(): void;
    }
  | undefined
>;
