import type { Database, Run } from './database.ts';

/** Told of each statement by its name, verb and first table; what it gives back is called at the statement's end. Never sees an argument. */
export type StatementObserver = (name: string) => ((failed: boolean) => void) | undefined;

/** The database whose every statement is told to the observer; without one, the database itself. */
export function observed(database: Database, observer: StatementObserver | undefined): Database {
  if (observer === undefined) return database;
  const telling =
    (run: Run): Run =>
    async <Row>(text: string, args: readonly unknown[], written?: boolean) => {
      const end = observer(statementName(text));
      try {
        const result = await run<Row>(text, args, written);
        end?.(false);
        return result;
      } catch (error) {
        end?.(true);
        throw error;
      }
    };
  return {
    ...database,
    run: telling(database.run),
    transaction: (body, timeoutMs) => database.transaction((run) => body(telling(run)), timeoutMs),
  };
}

const names = new Map<string, string>();
const mostNames = 2_000;

/**
 * A statement's name: its verb and the first table it speaks of (`SELECT milestone`), as OpenTelemetry's `db.query.summary` has it. Statements are written
 * in the program, with their values apart; of a name only letters of SQL names are taken all the same.
 */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const verb = /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'STATEMENT';
  const written = /\b(?:insert\s+into|update|delete\s+from)\s+"?([a-z_][a-z0-9_]*)/i.exec(text);
  const read = /\b(?:from|join)\s+"?(?:public"?\."?)?([a-z_][a-z0-9_]*)\b"?(?!\s*\()/i.exec(text);
  const table = (written ?? read)?.[1];
  const name = table === undefined ? verb : `${verb} ${table}`;
  if (names.size < mostNames) names.set(text, name);
  return name;
}
