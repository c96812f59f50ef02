/**
 * Plans documents before anybody sends them. A plan that is made for the first time holds the event loop for tens of milliseconds; a release whose
 * known documents are planned before it serves makes no caller wait for that.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GatewayExecutor, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';

/** What plans and runs operations, and the schema they must fit: an engine that is loaded, or a release that is about to be served. */
export type Planning = { readonly apiSchema: GraphQLSchema; readonly executor: GatewayExecutor };

/** A document as its clients send it, byte by byte: the text is the key of its plan. `variables`: any that fit, for those it cannot do without. */
export type KnownDocument = { readonly name: string; readonly text: string; readonly variables?: Readonly<Record<string, unknown>> };

/** What came of it. `skipped`: names of documents that do not fit this schema; they are no reason not to serve. */
export type WarmReport = { readonly planned: number; readonly skipped: readonly string[] };

// its caller has left before it came: sources ask no owner (`owners/owner-source.ts`)
const nobody = { signal: AbortSignal.abort(), language: 'en' };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Plans every operation of the documents, one a turn of the event loop: what is served meanwhile goes on. No owner is asked. */
export async function warmPlans({ apiSchema, executor }: Planning, documents: readonly KnownDocument[]): Promise<WarmReport> {
  const skipped: string[] = [];
  let planned = 0;
  for (const { name, text, variables = {} } of documents) {
    const document = readDocument(apiSchema, text);
    if (document === undefined) {
      skipped.push(name);
      continue;
    }
    for (const operation of document.definitions) {
      if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
      for (const operationName of namesOf(document, operation)) {
        await nextTurn();
        const { errors } = await executor(requestOf({ apiSchema, text, document, operation, operationName, variables }));
        // without an owner there is no answer either: an error is the engine's own, and it planned nothing
        if (errors !== undefined) skipped.push(name);
        else planned += 1;
      }
    }
  }
  return { planned, skipped };
}

function readDocument(schema: GraphQLSchema, text: string): DocumentNode | undefined {
  try {
    const document = parse(text);
    return validate(schema, document).length === 0 ? document : undefined;
  } catch {
    return undefined;
  }
}

/** The engine keeps plans by text and by the name that came with it: some clients send the only operation's name, some do not. */
function namesOf(document: DocumentNode, operation: OperationDefinitionNode): readonly (string | undefined)[] {
  const alone = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1;
  const name = operation.name?.value;
  return [...(alone ? [undefined] : []), ...(name === undefined ? [] : [name])];
}

function requestOf(asked: {
  readonly apiSchema: GraphQLSchema;
  readonly text: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}): GatewayGraphQLRequestContext {
  const { apiSchema, text, document, operation, operationName, variables } = asked;
  // of a request's context the engine reads these members
  return {
    request: { query: text, variables, ...(operationName !== undefined && { operationName }) },
    schema: apiSchema,
    context: nobody,
    source: text,
    // as Apollo Server does
    queryHash: createHash('sha256').update(text).digest('hex'),
    document,
    operation,
    operationName: operation.name?.value ?? null,
    metrics: {},
    logger: silent,
  } as unknown as GatewayGraphQLRequestContext;
}
