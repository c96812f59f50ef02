/** Answers one GraphQL request: executes it, records what it read, and only then gives the answer away. */

import type { Logger } from '@corridor/runtime';
import { CorridorError, type Language, type Random } from '@corridor/schemas';
import type { AuditLog } from '@corridor/store';
import { type AnswerError, assertWithin, createDocuments, type Question, type QuestionLimits } from '@corridor/subgraph';
import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema, Kind } from 'graphql';
import { accessLogRows } from '../audit/entry.ts';
import { ownerAnswerError } from './answer-error.ts';
import { type Asker, createReading, type MaskedNote, type Owner, type Reading } from './reading.ts';

/** Who asks, and what of it the access log keeps. */
type Asking = Asker & {
  /** The gateway's passport; null at the owner's own endpoint. */
  readonly passport: string | null;
  readonly traceId: string;
  readonly language: Language;
};

/** HTTP status and body. 200 where there is an answer, however partial; 400 where the request itself cannot be executed. */
type GraphAnswer = {
  readonly status: 200 | 400;
  readonly body: {
    readonly data?: ExecutionResult['data'];
    readonly errors?: readonly AnswerError[];
    readonly extensions?: { readonly masked: readonly MaskedNote[] };
  };
};

/** One door's graph. */
export type Graph = { answer(question: Question, asking: Asking): Promise<GraphAnswer> };

/** What a graph stands on. */
export type GraphOptions = {
  readonly schema: GraphQLSchema;
  /** What a question may ask for at most; absent where a gateway has looked at it before. */
  readonly limits?: QuestionLimits;
  readonly owner: Owner;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly random: Random;
  readonly log: Logger;
};

/** The graph of one schema. Whatever goes wrong is in the answer, as a code of the table. */
export function createGraph({ schema, limits, owner, auditLog, random, log }: GraphOptions): Graph {
  const documents = createDocuments(schema);

  async function answer(question: Question, asking: Asking): Promise<GraphAnswer> {
    const failed = (error: unknown): AnswerError => ownerAnswerError(error, { ...asking, owner: owner.party.code, log });
    let document: DocumentNode;
    try {
      document = documents.read(question.query);
      if (limits !== undefined) assertWithin(limits, schema, document, question);
    } catch (error) {
      return { status: 400, body: { errors: [failed(error)] } };
    }
    const reading = createReading(owner, asking);
    const result = await inTime(() => run(document, question, reading), asking.deadlineAt - owner.clock());
    if (result === 'late')
      return { status: 200, body: { data: null, errors: [failed(new CorridorError('OWNER_TIMEOUT', { owner: owner.party.code }))] } };
    // Without data nothing was executed: the variables or the operation's name do not fit the document.
    if (result.data === undefined)
      return { status: 400, body: { errors: [failed(new CorridorError('BAD_USER_INPUT', { detail: 'variables' }))] } };
    const errors = (result.errors ?? []).map(failed);
    if (result.data === null) return { status: 200, body: { data: null, errors } };

    const operation = operationOf(document, question.operationName);
    const rows = accessLogRows(reading.ledger, { ...asking, operation }, owner.party.code, random);
    try {
      if (rows.length > 0) await auditLog.append(rows);
    } catch (error) {
      log.error({ err: error, correlationId: asking.traceId }, 'a read could not be recorded and was not answered');
      return { status: 200, body: { data: null, errors: [failed(new CorridorError('AUDIT_UNAVAILABLE', { owner: owner.party.code }))] } };
    }
    return {
      status: 200,
      body: {
        data: result.data,
        ...(errors.length > 0 && { errors }),
        ...(reading.masked.length > 0 && { extensions: { masked: inOrder(reading.masked) } }),
      },
    };
  }

  async function run(document: DocumentNode, { variables, operationName }: Question, reading: Reading): Promise<ExecutionResult> {
    return execute({ schema, document, contextValue: reading, variableValues: variables, operationName });
  }
  return { answer };
}

async function inTime<Result>(work: () => Promise<Result>, leftMs: number): Promise<Result | 'late'> {
  if (leftMs === Number.POSITIVE_INFINITY) return work();
  if (leftMs <= 0) return 'late';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, leftMs, 'late');
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function operationOf(document: DocumentNode, operationName: string | null): string | null {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION && (operationName === null || definition.name?.value === operationName)) {
      return definition.name?.value.slice(0, 200) ?? null;
    }
  }
  return null;
}

// Records are found in whatever order their statements end; the answer to the same question is the same all the same.
function inOrder(notes: readonly MaskedNote[]): MaskedNote[] {
  return [...notes].sort((a, b) => {
    for (const [index, step] of a.path.entries()) {
      const other = b.path[index];
      if (other === undefined || step === other) continue;
      if (typeof step === 'number' && typeof other === 'number') return step - other;
      return String(step) < String(other) ? -1 : 1;
    }
    return a.path.length - b.path.length;
  });
}
