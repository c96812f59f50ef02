/**
 * What a span may say, and nothing else: the names of our own routes, owners, codes and statements. There is no place for a parameter, a variable, a
 * text of a query or an id of a record.
 */
export type SpanFacts = {
  readonly method?: string;
  /** Pattern of the route, never the URL. */
  readonly route?: string;
  readonly status?: number;
  readonly owner?: string;
  /** Code of the error table. */
  readonly code?: string;
  /** Verb and table of a statement: `SELECT milestone`. */
  readonly statement?: string;
};

/** One step of a request. */
export type Span = {
  /** W3C trace context for whoever is asked during this step. */
  readonly traceparent: string;
  /** Runs `work` so that the steps begun in it are steps of this one. */
  within<T>(work: () => T): T;
  end(facts?: SpanFacts): void;
};

/** The traces of one program. */
export type Tracing = {
  readonly on: boolean;
  /** A step under the trace context that came in. */
  enter(traceparent: string, facts: SpanFacts): Span;
  /** A step of the one that is being taken; outside any (loops of the program's own) `undefined`. `owner`: somebody else is asked; `statement`: the database. */
  step(facts: SpanFacts): Span | undefined;
  /** Sends what waits. */
  close(): Promise<void>;
};

/** Traces of nobody: each step is the one it belongs to. */
export const noTracing: Tracing = {
  on: false,
  enter: (traceparent) => ({ traceparent, within: (work) => work(), end: () => undefined }),
  step: () => undefined,
  close: async () => undefined,
};

/** Makes each statement of a database a step of the request it serves, for `openStore`; without traces nothing is told. */
export function statementSteps(tracing: Tracing): ((name: string) => ((failed: boolean) => void) | undefined) | undefined {
  if (!tracing.on) return undefined;
  return (statement) => {
    const span = tracing.step({ statement });
    return span === undefined ? undefined : (failed) => span.end(failed ? { code: 'DatabaseError' } : {});
  };
}
