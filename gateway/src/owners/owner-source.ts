/** The engine's way to one owner: asks it within what is left of the deadline, turns its faults into errors beside null, collects its masked notes. */
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { Clock } from '@corridor/schemas';
import { invariant } from '@corridor/schemas';
import type { MaskedNote, RequestContext } from '../context.ts';
import type { OwnerClient } from './owner-client.ts';
import { fetchError, field, type OwnerError, type Place, rewriteErrors } from './owner-errors.ts';

/** How one owner is asked. */
export type OwnerSourceOptions = {
  readonly owner: string;
  readonly client: OwnerClient;
  /** Milliseconds one fetch may take, when the request has that much left. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Told why an owner did not answer; for the log alone. */
  readonly onFault: (fault: { readonly owner: string; readonly reason: string; readonly correlationId: string }) => void;
};

type Answer = Awaited<ReturnType<GraphQLDataSource<RequestContext>['process']>>;

/** Makes the data source of one owner. It never throws for an owner's fault: data and error go together. */
export function createOwnerSource(options: OwnerSourceOptions): GraphQLDataSource<RequestContext> {
  const { owner, client, clock } = options;

  async function process(asked: GraphQLDataSourceProcessOptions<RequestContext>): Promise<Answer> {
    invariant(asked.kind === 'incoming operation', 'the schema is read from the release, never from an owner');
    const context = asked.context as RequestContext;
    const ids = representationIds(asked.request.variables?.['representations']);
    const place: Place = { owner, at: responsePath(asked.pathInIncomingRequest), ids: ids ?? [], language: context.language };
    const started = clock();
    const body = Buffer.from(
      JSON.stringify({ query: asked.request.query, variables: asked.request.variables, operationName: asked.request.operationName }),
    );
    const budgetMs = Math.min(options.timeoutMs, context.deadlineAt - started);
    const reply = await client.ask({ body, accepted: context.accepted, traceparent: context.traceparent, budgetMs });
    const ms = clock() - started;
    if (reply.is === 'timeout') {
      noteState(context, owner, 'OWNER_TIMEOUT', ms);
      options.onFault({ owner, reason: 'timeout', correlationId: context.correlationId });
      return without(ids, fetchError('OWNER_TIMEOUT', place));
    }
    const answer = reply.is === 'answer' ? parse(reply.body, ids) : undefined;
    if (answer === undefined) {
      noteState(context, owner, 'OWNER_UNREACHABLE', ms);
      options.onFault({
        owner,
        reason: reply.is === 'unreachable' ? reply.reason : 'not a GraphQL answer',
        correlationId: context.correlationId,
      });
      return without(ids, fetchError('OWNER_UNREACHABLE', place));
    }
    noteState(context, owner, 'AVAILABLE', ms);
    context.masked.push(...maskedNotes(field(answer.extensions, 'masked'), place));
    const errors = rewriteErrors(answer.errors, place);
    return { data: answer.data ?? {}, ...(errors.length > 0 && { errors }) } as Answer;
  }

  return { process };
}

type Parsed = { readonly data: Record<string, unknown> | null; readonly errors: unknown; readonly extensions: unknown };

/** The owner's answer, or `undefined` where it is none: not JSON, no data, a wrong number of entities. */
function parse(body: Buffer, ids: readonly string[] | undefined): Parsed | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const data = field(value, 'data');
  const errors = field(value, 'errors');
  const extensions = field(value, 'extensions');
  if (data === null || data === undefined) {
    if (!Array.isArray(errors) || errors.length === 0) return undefined;
    return { data: ids === undefined ? null : { _entities: ids.map(() => null) }, errors, extensions };
  }
  if (typeof data !== 'object' || Array.isArray(data)) return undefined;
  if (ids !== undefined) {
    const entities = field(data, '_entities');
    if (!Array.isArray(entities) || entities.length !== ids.length) return undefined;
  }
  return { data: data as Record<string, unknown>, errors, extensions };
}

function without(ids: readonly string[] | undefined, error: OwnerError): Answer {
  return { data: ids === undefined ? {} : { _entities: ids.map(() => null) }, errors: [error] } as unknown as Answer;
}

// The slowest fetch and the worst state stand for the owner: one query may ask it at several places.
function noteState(context: RequestContext, owner: string, state: 'AVAILABLE' | 'OWNER_TIMEOUT' | 'OWNER_UNREACHABLE', ms: number): void {
  const before = context.owners.get(owner);
  context.owners.set(owner, {
    state: before === undefined || before.state === 'AVAILABLE' ? state : before.state,
    ms: Math.max(ms, before?.ms ?? 0),
  });
}

function maskedNotes(masked: unknown, place: Place): MaskedNote[] {
  if (!Array.isArray(masked)) return [];
  return masked.flatMap((note: unknown) => {
    const path = field(note, 'path');
    const rule = field(note, 'rule');
    if (!Array.isArray(path) || typeof rule !== 'string' || !/^[\w:@.-]{1,120}$/.test(rule)) return [];
    const entity = path[0] === '_entities' && typeof path[1] === 'number' ? path[1] : undefined;
    const named = field(note, 'id');
    // a record below the one asked for (a box in a consignment) names itself
    const id = typeof named === 'string' ? named : entity === undefined ? undefined : place.ids[entity];
    if (id === undefined) return [];
    const rest = (entity === undefined ? path : path.slice(2)).map((segment: unknown) =>
      typeof segment === 'number' ? '@' : String(segment),
    );
    return [{ owner: place.owner, rule, at: [...place.at, ...rest], id, coarse: field(note, 'coarse') === true }];
  });
}

function representationIds(representations: unknown): string[] | undefined {
  return Array.isArray(representations) ? representations.map((item: unknown) => String(field(item, 'id') ?? '')) : undefined;
}

function responsePath(path: readonly unknown[] | undefined): readonly string[] {
  return (path ?? [])
    .filter((segment): segment is string | number => typeof segment === 'string' || typeof segment === 'number')
    .map(String);
}
