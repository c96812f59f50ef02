/**
 * Counts what an answer could hold at most, from the query text and its variables alone, before anything is planned: each page counts as many
 * nodes as it may return, and a list that answers a list of keys as many as there are keys. Since only the text counts, the count tells nothing
 * about what is hidden.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The greatest number of nodes a query may ask for. */
export const maxNodes = 10_000;

type Variables = Readonly<Record<string, unknown>>;
/** A document, read: what is left to do is to put in the variables. */
type Counter = (variables: Variables) => number;

// A client sends few texts many times, and Apollo Server keeps what it parsed: read anew for each request, a document took 30 to 55 us.
const counters = new WeakMap<GraphQLSchema, WeakMap<DocumentNode, Counter>>();

/** Largest possible number of list elements the operations of this document may return; `first` and lists of keys count as given, else as their default, else 1. */
export function countNodes(schema: GraphQLSchema, document: DocumentNode, variables: Variables): number {
  const ofSchema = counters.get(schema) ?? new WeakMap<DocumentNode, Counter>();
  counters.set(schema, ofSchema);
  const counter = ofSchema.get(document) ?? readDocument(schema, document);
  ofSchema.set(document, counter);
  return counter(variables);
}

function readDocument(schema: GraphQLSchema, document: DocumentNode): Counter {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [])),
  );
  const operations = document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []));
  const pages = pageSizes(schema, document);
  return (variables) => {
    const counted = new Map<SelectionSetNode, number>();
    const open = new Set<SelectionSetNode>();

    function within(selectionSet: SelectionSetNode | undefined): number {
      if (selectionSet === undefined) return 0;
      const known = counted.get(selectionSet);
      if (known !== undefined) return known;
      // a fragment that spreads itself is refused by validation; here it just ends
      if (open.has(selectionSet)) return 0;
      open.add(selectionSet);
      let nodes = 0;
      for (const selection of selectionSet.selections) {
        if (selection.kind === Kind.FIELD) {
          const page = pages.get(selection)?.(variables);
          nodes += page === undefined ? within(selection.selectionSet) : page * (1 + within(selection.selectionSet));
        } else if (selection.kind === Kind.INLINE_FRAGMENT) nodes += within(selection.selectionSet);
        else nodes += within(fragments.get(selection.name.value));
      }
      open.delete(selectionSet);
      counted.set(selectionSet, nodes);
      return nodes;
    }
    return Math.max(0, ...operations.map((operation) => within(operation.selectionSet)));
  };
}

/** For every field that returns many, how many that may be. */
function pageSizes(schema: GraphQLSchema, document: DocumentNode): Map<FieldNode, Counter> {
  const pages = new Map<FieldNode, Counter>();
  const defaults = defaultValues(document);
  const valuesOf = (given: ValueNode | undefined, variables: Variables): readonly unknown[] => {
    if (given?.kind !== Kind.VARIABLE) return given === undefined ? [] : [valueFromASTUntyped(given)];
    const value = variables[given.name.value] ?? null;
    return value === null ? (defaults.get(given.name.value) ?? []) : [value];
  };
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(field) {
        const definition = info.getFieldDef();
        if (definition === undefined || definition === null) return;
        // Which operation will run is not asked: of two defaults for one name the larger counts.
        const largest = (argument: GraphQLArgument, sizeOf: (value: unknown) => number | undefined): Counter => {
          const given = field.arguments?.find(({ name }) => name.value === argument.name)?.value;
          return (variables) => {
            const known = valuesOf(given, variables).flatMap((value) => sizeOf(value) ?? []);
            return known.length === 0 ? (sizeOf(argument.defaultValue) ?? 1) : Math.max(0, ...known);
          };
        };
        const first = definition.args.find(({ name }) => name === 'first');
        const each = isListType(getNullableType(definition.type)) ? definition.args.find(namesEach) : undefined;
        if (first !== undefined) pages.set(field, largest(first, numberOf));
        else if (each !== undefined) pages.set(field, largest(each, lengthOf));
        // the parties are few and no page; they still multiply what stands below them
        else if (getNamedType(definition.type).name === 'Party' && field.name.value === 'parties') pages.set(field, () => 10);
      },
    }),
  );
  return pages;
}

/** Whether a list answers this argument element by element: it must be given, and is a list itself (`keys`, `equipmentReferences`). */
function namesEach({ type }: GraphQLArgument): boolean {
  return isNonNullType(type) && isListType(type.ofType);
}

/** The defaults of variables, by name; of each operation that declares the name one. */
function defaultValues(document: DocumentNode): Map<string, unknown[]> {
  const defaults = new Map<string, unknown[]>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
      if (defaultValue === undefined) continue;
      const name = variable.name.value;
      defaults.set(name, [...(defaults.get(name) ?? []), valueFromASTUntyped(defaultValue)]);
    }
  }
  return defaults;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The length of a list; a single value stands for a list of one. */
function lengthOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return value === undefined || value === null ? undefined : 1;
}
