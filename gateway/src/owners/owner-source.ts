/**
 * The engine's way to one owner: asks it within what is left of the deadline, holds the answer against the question, turns the owner's faults and
 * lies into errors beside null, collects its masked notes.
 */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { Clock } from '@corridor/schemas';
import { invariant } from '@corridor/schemas';
import type { OwnerState, RequestContext } from '../context.ts';
import { checkAnswer, type Representation } from './check-answer.ts';
import type { Contracts } from './contract.ts';
import { field } from './field.ts';
import { maskedNotes } from './masked-notes.ts';
import type { OwnerClient } from './owner-client.ts';
import { faultErrors, fetchError, type OwnerError, type Place, rewriteErrors } from './owner-errors.ts';
import { readAnswer } from './read-answer.ts';

/** How one owner is asked. */
export type OwnerSourceOptions = {
  readonly owner: string;
  readonly client: OwnerClient;
  readonly contracts: Contracts;
  readonly clock: Clock;
  /** Told why an owner did not answer, or that its answer did not fit; for the log alone. */
  readonly onFault: (fault: { readonly owner: string; readonly reason: string; readonly correlationId: string }) => void;
};

type Answer = Awaited<ReturnType<GraphQLDataSource<RequestContext>['process']>>;

/** Makes the data source of one owner. It never throws for an owner's fault: data and error go together. */
export function createOwnerSource(options: OwnerSourceOptions): GraphQLDataSource<RequestContext> {
  const { owner, client, contracts, clock } = options;

  async function process(incoming: GraphQLDataSourceProcessOptions<RequestContext>): Promise<Answer> {
    invariant(incoming.kind === 'incoming operation', 'the schema is read from the release, never from an owner');
    const context = incoming.context as RequestContext;
    const { query, variables, operationName } = incoming.request;
    invariant(query !== undefined, 'the engine asks with a text');
    const asked = contracts.of(incoming.incomingRequestContext.schema).asked(owner, query);
    const representations = representationsOf(variables?.['representations']);
    const ids = representations.map(({ id }) => id);
    const place: Place = { owner, at: responsePath(incoming.pathInIncomingRequest), ids, language: context.language };
    const without = (error?: OwnerError): Answer => ({
      ...noData(asked.entities ? ids : undefined),
      ...(error !== undefined && { errors: [error] }),
    });
    const failed = (state: Exclude<OwnerState, 'AVAILABLE'>, reason: string, ms: number): Answer => {
      noteState(context, owner, state, ms);
      options.onFault({ owner, reason, correlationId: context.correlationId });
      return without(fetchError(state, place));
    };

    // nobody waits, be it that the caller left or that there is none (a plan is only being made): nothing is asked, nothing is noted
    if (context.signal.aborted) return without();
    const started = clock();
    const reply = await client.ask({
      body: Buffer.from(JSON.stringify({ query: asked.text, variables, operationName })),
      accepted: context.accepted,
      traceparent: context.traceparent,
      leftMs: context.deadlineAt - started,
      repeatable: !asked.mutates,
      signal: context.signal,
    });
    const ms = clock() - started;
    if (reply.is === 'left') return without();
    if (reply.is === 'timeout') return failed('OWNER_TIMEOUT', 'timeout', ms);
    if (reply.is === 'unreachable') return failed('OWNER_UNREACHABLE', reply.reason, ms);
    const answer = readAnswer(reply.body, asked.entities ? ids.length : undefined);
    if (answer === undefined) return failed('OWNER_UNREACHABLE', 'not a GraphQL answer', ms);

    const { data, faults } =
      answer.data === null ? { data: null, faults: [] } : checkAnswer(asked, answer.data, { representations, variables });
    noteState(context, owner, faults.length > 0 ? 'OWNER_UNREACHABLE' : 'AVAILABLE', ms);
    if (faults.length > 0) {
      // places are words of the question, never of the answer
      const places = [...new Set(faults.map(({ at }) => at.join('.')))].slice(0, 5).join(', ');
      options.onFault({ owner, reason: `the answer does not fit the question at: ${places}`, correlationId: context.correlationId });
    }
    context.masked.push(...maskedNotes(field(answer.extensions, 'masked'), place, asked));
    const errors = [...rewriteErrors(answer.errors, place, asked), ...faultErrors(faults, place)];
    return { ...(data === null ? noData(asked.entities ? ids : undefined) : { data }), ...(errors.length > 0 && { errors }) } as Answer;
  }

  return { process };
}

/** What the engine takes for "nothing": it merges, and null would end it. */
function noData(ids: readonly string[] | undefined): { readonly data: Record<string, unknown> } {
  return { data: ids === undefined ? {} : { _entities: ids.map(() => null) } };
}

// The slowest fetch and the worst state stand for the owner: one query may ask it at several places.
function noteState(context: RequestContext, owner: string, state: OwnerState, ms: number): void {
  const before = context.owners.get(owner);
  context.owners.set(owner, {
    state: before === undefined || before.state === 'AVAILABLE' ? state : before.state,
    ms: Math.max(ms, before?.ms ?? 0),
  });
}

function representationsOf(representations: unknown): Representation[] {
  if (!Array.isArray(representations)) return [];
  return representations.map((item: unknown) => ({ type: String(field(item, '__typename') ?? ''), id: String(field(item, 'id') ?? '') }));
}

function responsePath(path: readonly unknown[] | undefined): readonly string[] {
  return (path ?? [])
    .filter((segment): segment is string | number => typeof segment === 'string' || typeof segment === 'number')
    .map(String);
}
