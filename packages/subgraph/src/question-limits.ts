/**
 * What a question may ask for at most, where no gateway has looked at it before: looked at before anything is executed, from the question alone. A
 * fragment counts wherever it is spread, by sums, so that fragments within fragments take no time to count.
 */
import { CorridorError } from '@corridor/schemas';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/** The most levels of fields, records all pages together could hold, and fields asked, each wherever its fragment is spread. */
export type QuestionLimits = { readonly depth: number; readonly nodes: number; readonly fields: number };

/** The limits of the gateway, for a door that people and programs ask at by themselves. */
export const openDoor: QuestionLimits = { depth: 12, nodes: 10_000, fields: 2_000 };

type Asked = { readonly variables: { readonly [name: string]: unknown } | null; readonly operationName: string | null };
type Size = { readonly depth: number; readonly nodes: number; readonly fields: number };

const nothing: Size = { depth: 0, nodes: 0, fields: 0 };

/** Refuses a valid document that asks for more. @throws QUERY_TOO_LARGE too deep, too many fields. COST_LIMIT too many records */
export function assertWithin(limits: QuestionLimits, schema: GraphQLSchema, document: DocumentNode, asked: Asked): void {
  const operations = document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []));
  const named = operations.filter(({ name }) => asked.operationName === null || name?.value === asked.operationName);
  for (const operation of named) {
    const { depth, nodes, fields } = sizeOf(schema, document, operation, asked.variables ?? {});
    if (depth > limits.depth || fields > limits.fields) throw new CorridorError('QUERY_TOO_LARGE');
    if (nodes > limits.nodes) throw new CorridorError('COST_LIMIT');
  }
}

function sizeOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: { readonly [name: string]: unknown },
): Size {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const known = new Map<SelectionSetNode, Size>();
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue === undefined ? undefined : valueFromASTUntyped(defaultValue),
    ]),
  );

  // A fragment stands for one type: what it holds is the same wherever it is spread.
  function within(set: SelectionSetNode, type: GraphQLNamedType): Size {
    const counted = known.get(set);
    if (counted !== undefined) return counted;
    const size = set.selections.reduce<Size>((sum, selection) => {
      const one = selection.kind === Kind.FIELD ? ofField(selection, type) : ofFragment(selection, type);
      return { depth: Math.max(sum.depth, one.depth), nodes: sum.nodes + one.nodes, fields: sum.fields + one.fields };
    }, nothing);
    known.set(set, size);
    return size;
  }

  function ofFragment(selection: Exclude<SelectionSetNode['selections'][number], FieldNode>, type: GraphQLNamedType): Size {
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    if (fragment === undefined) return nothing;
    const narrowed = fragment.typeCondition === undefined ? type : (schema.getType(fragment.typeCondition.name.value) ?? type);
    return within(fragment.selectionSet, narrowed);
  }

  function ofField(field: FieldNode, type: GraphQLNamedType): Size {
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field.name.value] : undefined;
    if (field.selectionSet === undefined || definition === undefined) return { depth: 1, nodes: 0, fields: 1 };
    const below = within(field.selectionSet, getNamedType(definition.type));
    const first = definition.args.find(({ name }) => name === 'first');
    const page = first === undefined ? undefined : (pageOf(field) ?? first.defaultValue ?? 1);
    const size = typeof page === 'number' ? Math.max(0, page) : 1;
    return { depth: 1 + below.depth, nodes: page === undefined ? below.nodes : size * (1 + below.nodes), fields: 1 + below.fields };
  }

  function pageOf(field: FieldNode): unknown {
    const given = field.arguments?.find(({ name }) => name.value === 'first')?.value;
    if (given?.kind === Kind.VARIABLE) return variables[given.name.value] ?? defaults.get(given.name.value);
    return given === undefined ? undefined : valueFromASTUntyped(given);
  }

  const root = schema.getRootType(operation.operation);
  return root === undefined || root === null ? nothing : within(operation.selectionSet, root);
}
