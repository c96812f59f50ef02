/**
 * Counts what an answer could hold at most, from the query text and its variables alone, before anything is planned: each page counts as many
 * nodes as it may return. Since only the text counts, the count tells nothing about what is hidden.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The greatest number of nodes a query may ask for. */
export const maxNodes = 10_000;

/** Largest possible number of list elements the operations of this document may return; `first` counts as given, else its default, else 1. */
export function countNodes(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>): number {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [])),
  );
  const pages = pageSizes(schema, document, variables);
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
        const page = pages.get(selection);
        nodes += page === undefined ? within(selection.selectionSet) : page * (1 + within(selection.selectionSet));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) nodes += within(selection.selectionSet);
      else nodes += within(fragments.get(selection.name.value));
    }
    open.delete(selectionSet);
    counted.set(selectionSet, nodes);
    return nodes;
  }

  const operations = document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []));
  return Math.max(0, ...operations.map((operation) => within(operation.selectionSet)));
}

/** For every field that is a page, how many nodes it may return. */
function pageSizes(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>): Map<FieldNode, number> {
  const pages = new Map<FieldNode, number>();
  const defaults = new Map<string, number>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const variable of definition.variableDefinitions ?? []) {
      if (variable.defaultValue?.kind === Kind.INT) defaults.set(variable.variable.name.value, Number(variable.defaultValue.value));
    }
  }
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(field) {
        const definition = info.getFieldDef();
        const first = definition?.args.find(({ name }) => name === 'first');
        if (first === undefined) {
          // the parties are few and no page; they still multiply what stands below them
          if (
            definition !== undefined &&
            definition !== null &&
            getNamedType(definition.type).name === 'Party' &&
            field.name.value === 'parties'
          )
            pages.set(field, 10);
          return;
        }
        const given = field.arguments?.find(({ name }) => name.value === 'first')?.value;
        let size = typeof first.defaultValue === 'number' ? first.defaultValue : 1;
        if (given?.kind === Kind.INT) size = Number(given.value);
        if (given?.kind === Kind.VARIABLE) {
          const value = variables[given.name.value] ?? defaults.get(given.name.value);
          if (typeof value === 'number') size = value;
        }
        pages.set(field, Math.max(0, size));
      },
    }),
  );
  return pages;
}
