/**
 * What the database refused, without any value of a record: the SQLSTATE (`23505`, `22P02`, …), and constraint and table where it names them.
 * The driver's own error holds statement, arguments and the offending value, and a logger would print them; so it is not kept, not even as cause.
 * Source: PostgreSQL, appendix "Error Codes".
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  /** Whether the statement ended with its connection: cut by the server (57P01 to 57P03) or on the way (class 08). Read by name outside this package. */
  readonly lostConnection: boolean;

  constructor(
    code: string,
    message: string,
    where: { readonly constraint?: string | undefined; readonly table?: string | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.constraint = where.constraint;
    this.table = where.table;
    this.lostConnection = /^(08...|57P0[123])$/.test(code);
  }
}

/** Whether `error` is the database's refusal with this SQLSTATE. */
export function isDatabaseError(error: unknown, code: string): error is DatabaseError {
  return error instanceof DatabaseError && error.code === code;
}

/** Whether `error` is the database's, and the statement ended with its connection. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof DatabaseError && error.lostConnection;
}

// Classes whose messages name tables, columns and constraints but quote no value. Class 22 (data exception) quotes the value it refuses.
const wordy = new Set(['08', '0A', '23', '25', '40', '42', '53', '54', '55', '57', '58', 'XX']);
const lost =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)|Connection terminated|timeout exceeded when trying to connect|PGlite is clos|Client (was closed|has encountered)/;

/** Turns what a driver threw into a `DatabaseError`; anything that is not the database's is given back as it is. */
export function databaseError(error: unknown): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  const code = text(error, 'code');
  if (code !== undefined && text(error, 'severity') !== undefined) {
    const message = wordy.has(code.slice(0, 2)) ? error.message : 'the database refused a value';
    return new DatabaseError(code, `${message} (${code})`, { constraint: text(error, 'constraint'), table: text(error, 'table') });
  }
  if (lost.test(code ?? '') || lost.test(error.message))
    return new DatabaseError('08006', 'the connection to the database was lost (08006)');
  return error;
}

function text(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}
