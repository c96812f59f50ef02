/**
 * Weighs what it takes to plan an operation, before it is planned. The planner looks at every field once for each type that may stand in its place, so
 * that few words over an interface of many owners cost it much more than many words over one type. Measured on the supergraph of five parties: a weight
 * of 1,000 takes up to some 100 ms of CPU, whatever it consists of (test/faults/hostile-graphql.test.ts looks for worse).
 */
import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The greatest weight that is planned. */
export const maxPlanWeight = 1_000;
/** The most root fields of an operation, fragments included: each is asked of an owner by itself. */
export const maxRootFields = 20;

/** What an operation weighs: a field counts as often as there are types that may stand where it is asked; and how many root fields it has. */
export type PlanWeight = { readonly weight: number; readonly rootFields: number };

// A client sends few texts many times, and Apollo Server keeps what it parsed.
const weighed = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, PlanWeight>>();

/** The weight of an operation that is valid. Fragments count wherever they are spread: validation has bounded how much that can be. */
export function planWeight(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): PlanWeight {
  const ofSchema = weighed.get(schema) ?? new WeakMap<OperationDefinitionNode, PlanWeight>();
  weighed.set(schema, ofSchema);
  const known = ofSchema.get(operation) ?? weigh(schema, operation, fragments);
  ofSchema.set(operation, known);
  return known;
}

function weigh(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): PlanWeight {
  const possible = (type: GraphQLNamedType): number => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 1);
  let rootFields = 0;

  function within(set: SelectionSetNode, type: GraphQLNamedType, types: number, isRoot: boolean): number {
    let weight = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        weight += types;
        if (isRoot) rootFields += 1;
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        if (selection.selectionSet === undefined || field === undefined) continue;
        const below = getNamedType(field.type);
        weight += within(selection.selectionSet, below, possible(below), false);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const narrowed = fragment.typeCondition === undefined ? type : (schema.getType(fragment.typeCondition.name.value) ?? type);
      weight += 1 + within(fragment.selectionSet, narrowed, Math.min(types, possible(narrowed)), isRoot);
    }
    return weight;
  }

  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return { weight: 0, rootFields: 0 };
  const weight = within(operation.selectionSet, root, 1, true);
  return { weight, rootFields };
}
