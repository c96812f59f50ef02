import { CorridorError } from '@corridor/schemas';
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';

/** Documents that were parsed and fit the schema. */
export type Documents = {
  /** @throws GRAPHQL_PARSE_FAILED GRAPHQL_VALIDATION_FAILED */
  read(query: string): DocumentNode;
};

/**
 * Parsed and validated documents by their text, at most `capacity` of them, the one unused longest going first. A gateway sends few texts many times:
 * checking them again would cost more than running them. Texts that do not fit, or are longer than any that comes often, are not kept.
 */
export function createDocuments(schema: GraphQLSchema, capacity = 500): Documents {
  const known = new Map<string, DocumentNode>();
  return {
    read(query) {
      const document = known.get(query) ?? checked(schema, query);
      if (query.length > longestKept) return document;
      known.delete(query);
      known.set(query, document);
      const [oldest] = known.keys();
      if (known.size > capacity && oldest !== undefined) known.delete(oldest);
      return document;
    },
  };
}

const maxTokens = 10_000;
const longestKept = 20_000;

function checked(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parsed(query);
  const [first] = validate(schema, document, specifiedRules, { maxErrors: 1 });
  if (first !== undefined) throw new CorridorError('GRAPHQL_VALIDATION_FAILED', { detail: first.message });
  return document;
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (cause) {
    throw new CorridorError('GRAPHQL_PARSE_FAILED', cause instanceof GraphQLError ? { detail: cause.message } : { cause });
  }
}
