import { CorridorError } from '@corridor/schemas';
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';

/** Documents by their text, parsed and checked against the schema. */
export type Documents = {
  /** @throws GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED */
  read(query: string): DocumentNode;
};

// A gateway sends few texts many times; these are kept, oldest use out first.
const capacity = 1_000;
const maxTokens = 10_000;

/** A cache of documents. What cannot be used is not kept. */
export function createDocuments(schema: GraphQLSchema): Documents {
  const known = new Map<string, DocumentNode>();
  return {
    read(query) {
      const document = known.get(query) ?? check(schema, query);
      known.delete(query);
      known.set(query, document);
      for (const oldest of known.size > capacity ? known.keys() : []) {
        known.delete(oldest);
        break;
      }
      return document;
    },
  };
}

function check(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parsed(query);
  const [fault] = validate(schema, document, undefined, { maxErrors: 1 });
  if (fault !== undefined) throw new CorridorError('GRAPHQL_VALIDATION_FAILED', { detail: fault.message });
  return document;
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (cause) {
    throw new CorridorError('GRAPHQL_PARSE_FAILED', cause instanceof GraphQLError ? { detail: cause.message } : { cause });
  }
}
