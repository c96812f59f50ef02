/** What a client could notice between two supergraphs, by GraphQL's own comparison of the API each of them gives. */
import { Supergraph } from '@apollo/federation-internals';
import { findBreakingChanges, findDangerousChanges, type GraphQLSchema } from 'graphql';
import { CorridorError } from '../errors.ts';

/** One difference: a document that was valid may not be any more (`breaking`), or may be answered otherwise (`dangerous`). */
export type Difference = { readonly kind: 'breaking' | 'dangerous'; readonly change: string; readonly description: string };

/** The differences from one composed schema to the next, breaking ones first. @throws RELEASE_SCHEMA when one of them is none */
export function apiDifferences(before: string, after: string): Difference[] {
  const [was, is] = [apiSchemaOf(before), apiSchemaOf(after)];
  const told = (kind: Difference['kind'], changes: readonly { readonly type: string; readonly description: string }[]): Difference[] =>
    changes.map(({ type, description }) => ({ kind, change: type, description }));
  return [...told('breaking', findBreakingChanges(was, is)), ...told('dangerous', findDangerousChanges(was, is))];
}

/** What clients see of a composed schema. @throws RELEASE_SCHEMA when it cannot be served */
export function apiSchemaOf(sdl: string): GraphQLSchema {
  try {
    return Supergraph.build(sdl, { validateSupergraph: true }).apiSchema().toGraphQLJSSchema();
  } catch (cause) {
    const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
    throw new CorridorError('RELEASE_SCHEMA', { detail: line.slice(0, 200), cause });
  }
}
