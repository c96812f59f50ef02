import type { Admitted } from '@corridor/identity';
import { correlationId, type Logger } from '@corridor/runtime';
import { type Clock, CorridorError, type Language } from '@corridor/schemas';
import { isDatabaseError, type Store } from '@corridor/store';
import { type AnswerError, answerError, createDocuments, type Question } from '@corridor/subgraph';
import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { FeedStatus } from '../feed/follow-owners.ts';
import type { Lookup, LookupLog } from '../log/lookup-log.ts';
import type { RequestContext } from './context.ts';
import type { Cursors } from './cursor.ts';
import { createLoaders } from './loaders.ts';
import { readsUntil } from './reads-until.ts';
import { viewerOf } from './viewer.ts';

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
  /** How the feeds stand, one per owner that is followed. */
  readonly feeds: () => readonly FeedStatus[];
  readonly clock: Clock;
  readonly log: Logger;
};

// The texts of all owners' plans meet here.
const documentsKept = 1_000;

/**
 * Executes a question with a viewer and loaders of its own, writes its look-ups to the log, and only then gives the answer away. Whatever goes wrong
 * stands in the answer as a code of the table.
 */
export function createAnswerer(options: AnswerOptions): Answerer {
  const { schema, store, cursors, indexKey, feeds, clock, log } = options;
  const documents = createDocuments(schema, documentsKept);

  return async (question, admitted, language) => {
    const context = { language, correlationId: correlationId(admitted.traceparent), log, causeOf };
    const fail = (error: unknown): AnswerError => answerError(error, context);
    const refuse = (error: unknown): Answer => ({ status: 200, body: { data: null, errors: [fail(error)] } });
    const lookups: Lookup[] = [];
    const viewer = viewerOf(admitted.caller, indexKey);
    const reads = readsUntil(store, admitted.deadlineAt, clock);
    const contextValue: RequestContext = {
      viewer,
      store: reads,
      cursors,
      indexKey,
      loaders: createLoaders(reads, viewer),
      feeds,
      clock,
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
      if (error instanceof CorridorError && error.code === 'AUDIT_UNAVAILABLE')
        log.error({ err: error, correlationId: context.correlationId }, 'a look-up could not be recorded and was not answered');
      return refuse(error);
    }
  };
}

// What the server ended at the limit it was given (57014), or the transaction at its own (25P04).
function causeOf(cause: unknown): unknown {
  const late = isDatabaseError(cause, '57014') || isDatabaseError(cause, '25P04');
  return late ? new CorridorError('OWNER_TIMEOUT', { owner: 'directory' }) : cause;
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
