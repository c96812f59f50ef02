import type { Admitted } from '@corridor/identity';
import { correlationId, knownError, type Logger } from '@corridor/runtime';
import { type Clock, CorridorError, type ErrorCode, errors, type Language } from '@corridor/schemas';
import type { Store } from '@corridor/store';
import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Lookup, LookupLog } from '../log/lookup-log.ts';
import { ArgumentRefused } from './arguments.ts';
import type { RequestContext } from './context.ts';
import type { Cursors } from './cursor.ts';
import { createDocuments } from './documents.ts';
import { createLoaders } from './loaders.ts';
import { viewerOf } from './viewer.ts';

/** A GraphQL request, as a body holds it. */
export type Question = {
  readonly query: string;
  readonly variables: { readonly [name: string]: unknown } | null;
  readonly operationName: string | null;
};

/** An error inside an answer; nothing else of what went wrong leaves the program. */
export type AnswerError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: ErrorCode;
    readonly retryable: boolean;
    readonly correlationId: string;
    readonly argument?: string;
  };
};

/** 200 where the request could be executed, however partial its answer; 400 where it could not. */
export type Answer = {
  readonly status: 200 | 400;
  readonly body: { readonly data?: ExecutionResult['data']; readonly errors?: readonly AnswerError[] };
};

/** Answers a question of somebody who was let in. */
export type Answerer = (question: Question, admitted: Admitted, language: Language) => Promise<Answer>;

/** What answers are made of. */
export type AnswerOptions = {
  readonly schema: GraphQLSchema;
  readonly store: Store<'directory'>;
  readonly cursors: Cursors;
  readonly indexKey: Uint8Array;
  readonly lookups: LookupLog;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Executes a question with a viewer and loaders of its own, writes its look-ups to the log, and only then gives the answer away. Whatever goes wrong
 * stands in the answer as a code of the table.
 */
export function createAnswerer(options: AnswerOptions): Answerer {
  const { schema, store, cursors, indexKey, clock } = options;
  const documents = createDocuments(schema);

  return async (question, admitted, language) => {
    const fail = (error: unknown): AnswerError => answerError(error, language, admitted, options.log);
    const refuse = (error: unknown): Answer => ({ status: 200, body: { data: null, errors: [fail(error)] } });
    const lookups: Lookup[] = [];
    const viewer = viewerOf(admitted.caller, indexKey);
    const contextValue: RequestContext = {
      viewer,
      store,
      cursors,
      indexKey,
      loaders: createLoaders(store, viewer),
      log: (lookup) => lookups.push(lookup),
    };
    try {
      const document = documents.read(question.query);
      const { variables: variableValues, operationName } = question;
      const running = Promise.resolve(execute({ schema, document, contextValue, variableValues, operationName }));
      const result = await inTime(running, admitted.deadlineAt - clock());
      if (result === 'late') return refuse(new CorridorError('OWNER_TIMEOUT', { owner: 'directory' }));
      // Nothing was executed: the variables or the operation's name do not fit the document.
      if (result.data === undefined)
        return { status: 400, body: { errors: [fail(new CorridorError('BAD_USER_INPUT', { detail: 'variables' }))] } };
      await options.lookups.write(admitted, lookups);
      return { status: 200, body: { data: result.data, ...(result.errors === undefined ? {} : { errors: result.errors.map(fail) }) } };
    } catch (error) {
      if (error instanceof CorridorError && error.code.startsWith('GRAPHQL_')) return { status: 400, body: { errors: [fail(error)] } };
      return refuse(error);
    }
  };
}

function answerError(error: unknown, language: Language, { traceparent }: Admitted, log: Logger): AnswerError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const known = knownError(cause);
  const id = correlationId(traceparent);
  if (known.code === 'INTERNAL_SERVER_ERROR') log.error({ err: cause, correlationId: id }, 'a field failed');
  if (known.code === 'AUDIT_UNAVAILABLE')
    log.error({ err: known, correlationId: id }, 'a look-up could not be recorded and was not answered');
  return {
    message: known.text(language),
    ...(error instanceof GraphQLError && error.path !== undefined ? { path: error.path } : {}),
    extensions: {
      code: known.code,
      retryable: errors[known.code].retryable,
      correlationId: id,
      ...(known instanceof ArgumentRefused ? { argument: known.argument } : {}),
    },
  };
}

async function inTime<Result>(work: Promise<Result>, leftMs: number): Promise<Result | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, leftMs), 'late');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
