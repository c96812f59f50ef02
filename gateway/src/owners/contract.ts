/**
 * What an owner may say, read from the supergraph of the release: which types it defines, and whose records each type holds. With it every answer is
 * held against the question before the engine sees it: the engine merges what it is given, and an owner that lies would speak for others.
 */
import { invariant } from '@corridor/schemas';
import { buildASTSchema, type DirectiveNode, type GraphQLSchema, Kind, parse } from 'graphql';
import { type Asked, readQuestion } from './asked.ts';

/** The contract of one release. */
export type Contract = {
  readonly schema: GraphQLSchema;
  /** Whether the owner defines this type, be it only as a stub. */
  defines(owner: string, type: string): boolean;
  /** The one owner that resolves records of this type; undefined: a value that belongs to nobody. */
  homeOf(type: string): string | undefined;
  /** Whether some argument or input field bears this name. */
  isArgument(name: string): boolean;
  /** Reads a question of the engine; the same text is read once. */
  asked(owner: string, text: string): Asked;
};

/** The contracts of the releases that still have requests under way, found by the schema that a request was planned with. */
export type Contracts = { add(apiSchema: GraphQLSchema, supergraphSdl: string): void; of(apiSchema: GraphQLSchema): Contract };

// The plans of a release come from its clients' documents; the engine keeps about as many.
const questionsKept = 2_000;

/** An empty collection; a contract goes with its schema. */
export function createContracts(): Contracts {
  const known = new WeakMap<GraphQLSchema, Contract>();
  return {
    add: (apiSchema, supergraphSdl) => void known.set(apiSchema, createContract(supergraphSdl)),
    of(apiSchema) {
      const contract = known.get(apiSchema);
      invariant(contract !== undefined, 'the engine tells each release before it answers with it');
      return contract;
    },
  };
}

/** Reads one composed schema (Join specification 0.3: `@join__graph`, `@join__type`). */
export function createContract(supergraphSdl: string): Contract {
  const document = parse(supergraphSdl, { noLocation: true });
  const schema = buildASTSchema(document, { assumeValidSDL: true, assumeValid: true });
  const owners = new Map<string, string>();
  const defined = new Set<string>();
  const homes = new Map<string, Set<string>>();
  const names = new Set<string>();

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const [graph] = named(value.directives, 'join__graph');
      owners.set(value.name.value, String(graph?.get('name')));
    }
  }
  for (const definition of document.definitions) {
    if (!('fields' in definition) && definition.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    for (const argument of named(definition.directives, 'join__type')) {
      const owner = owners.get(String(argument.get('graph')));
      if (owner === undefined) continue;
      defined.add(`${owner} ${type}`);
      if (argument.has('key') && argument.get('resolvable') !== false) homes.set(type, (homes.get(type) ?? new Set()).add(owner));
    }
    for (const field of 'fields' in definition ? (definition.fields ?? []) : []) {
      if (field.kind === Kind.INPUT_VALUE_DEFINITION) names.add(field.name.value);
      else for (const { name } of field.arguments ?? []) names.add(name.value);
    }
  }

  const questions = new Map<string, Asked>();
  const contract: Contract = {
    schema,
    defines: (owner, type) => defined.has(`${owner} ${type}`),
    homeOf(type) {
      const [home, ...others] = homes.get(type) ?? [];
      return others.length === 0 ? home : undefined;
    },
    isArgument: (name) => names.has(name),
    asked(owner, text) {
      const key = `${owner} ${text}`;
      const known = questions.get(key);
      if (known !== undefined) return known;
      const read = readQuestion(contract, owner, text);
      // the oldest goes: questions come from plans, and a plan asked often is asked again
      const [oldest] = questions.size >= questionsKept ? questions.keys() : [];
      if (oldest !== undefined) questions.delete(oldest);
      questions.set(key, read);
      return read;
    },
  };
  return contract;
}

/** The arguments of each directive of this name. */
function named(directives: readonly DirectiveNode[] | undefined, name: string): Map<string, unknown>[] {
  return (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map(
      (directive) =>
        new Map(
          (directive.arguments ?? []).map(({ name: argument, value }) => [argument.value, 'value' in value ? value.value : undefined]),
        ),
    );
}
