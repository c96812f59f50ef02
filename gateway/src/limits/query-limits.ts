/** What a document may be at most. Refused with a code that says which kind of limit, never the limit itself. */
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { errorText } from '@corridor/schemas';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import { GraphQLError, type ValidationContext } from 'graphql';

/** Apollo Server gives every validation error its own code; this extension says that one of ours refused. It never reaches a client. */
export const limitMark = 'limitExceeded';

/** Lexical tokens of one document. */
const maxTokens = 2_000;

const onReject = [
  (context: ValidationContext | null): void => {
    context?.reportError(new GraphQLError(errorText('QUERY_TOO_LARGE'), { extensions: { [limitMark]: true } }));
  },
];
const limit = (n: number) => ({ n, exposeLimits: false, propagateOnRejection: false, onReject }) as const;

/** Depth, aliases and directives by graphql-armor; tokens by the parser; recursive selections by Apollo Server itself. */
export function queryLimits(): Pick<ApolloServerOptions<BaseContext>, 'validationRules' | 'parseOptions' | 'maxRecursiveSelections'> {
  const { validationRules } = new ApolloArmor({
    maxDepth: limit(12),
    maxAliases: limit(30),
    maxDirectives: limit(10),
    maxTokens: { enabled: false },
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: true },
  }).protect();
  return { validationRules, parseOptions: { maxTokens }, maxRecursiveSelections: 2_000 };
}
