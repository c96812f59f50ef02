import { type DestinationStream, type Logger, pino } from 'pino';
import { redacted, redactLine } from './redaction.ts';

export type { Logger } from 'pino';

/** A logger's options; `stream` is standard output unless a test says otherwise. */
export type LoggerOptions = { readonly name: string; readonly level?: string; readonly stream?: DestinationStream };

// The places where HTTP libraries put headers; every other place is found on the finished line.
const headers = ['authorization', 'cookie', '["set-cookie"]', 'signature', '["signature-input"]', '["corridor-caller"]'];
const within = (place: string): string[] => headers.map((header) => (header.startsWith('[') ? `${place}${header}` : `${place}.${header}`));

/**
 * A logger that writes one JSON object per line and lets no credential, no GraphQL document or variable, and no container number through,
 * wherever in the line it stands. Errors, under whatever name, are written as type, code, message and stack: their further properties (SQL parameters, rows)
 * are not.
 */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      base: { name: options.name, pid: process.pid },
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: [...within('headers'), ...within('req.headers'), ...within('res.headers')], censor: redacted },
      formatters: { log: withErrors },
      serializers: { err: errorOf, error: errorOf, cause: errorOf },
      hooks: { streamWrite: redactLine },
    },
    options.stream ?? pino.destination({ dest: 1, sync: true }),
  );
}

const serialized = new Set(['err', 'error', 'cause']);

// Left to JSON, an error would be nothing but the further properties that its thrower hung on it.
function withErrors(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(line).map(([name, value]) => [name, serialized.has(name) ? value : errorsIn(value, 0)]));
}

function errorsIn(value: unknown, depth: number): unknown {
  if (value instanceof Error) return errorOf(value);
  if (typeof value !== 'object' || value === null || depth > 5) return value;
  if (Array.isArray(value)) return value.map((each) => errorsIn(each, depth + 1));
  // Others know themselves how they are written: a date, a big number.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, errorsIn(each, depth + 1)]));
}

/** An error as the operator reads it; causes follow to a depth of five. */
type LoggedError = { type: string; message: string; code?: string; stack?: string; cause?: LoggedError };

function errorOf(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const logged: LoggedError = { type: error.name, message: error.message };
  if ('code' in error && typeof error.code === 'string') logged.code = error.code;
  if (error.stack !== undefined) logged.stack = error.stack;
  if (error.cause !== undefined && depth < 5) logged.cause = errorOf(error.cause, depth + 1);
  return logged;
}
