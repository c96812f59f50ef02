/**
 * A question of the engine to one owner, read: what is sent, and what an answer must hold, type by type. Of each record asked for by its
 * representation the question also asks type and id, so that an answer can be held against the representation; the engine does not, and would take
 * records in another order for one another.
 */
import { invariant } from '@corridor/schemas';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  isAbstractType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type ValueNode,
} from 'graphql';
import type { Contract } from './contract.ts';
import { type LeafCheck, leafCheck } from './leaf.ts';

/** One question. */
export type Asked = {
  readonly owner: string;
  readonly contract: Contract;
  /** The text to send. */
  readonly text: string;
  /** Whether it changes something: then it is never sent twice. */
  readonly mutates: boolean;
  /** Whether records are asked for by their representations. */
  readonly entities: boolean;
  /** The root type; for entities it is not looked at. */
  readonly root: GraphQLObjectType;
  /** What is asked of the root, or of each entity. */
  readonly selection: Selection;
};

/** A selection set, and all others that are merged with it. */
export type Selection = {
  /** What an object of this type must hold. */
  shapeOf(type: GraphQLObjectType): Shape;
  /** What lies below a response key, whatever the type: null for a leaf, undefined where the key was not asked for. */
  below(key: string): Selection | null | undefined;
  /** How many elements `nodes` and `edges` may hold; undefined: not said. */
  readonly first: ValueNode | number | undefined;
};

/** The fields of an object of one type, and their response keys. */
export type Shape = { readonly fields: readonly Field[]; readonly keys: ReadonlySet<string> };

/** One field asked for. */
export type Field = {
  readonly key: string;
  readonly type: GraphQLOutputType;
  readonly required: boolean;
  /** A `@skip` or `@include` may have left it out. */
  readonly optional: boolean;
  /** Where it holds neither object nor list. */
  readonly leaf: LeafCheck | undefined;
  /** Whether it holds the elements of a page. */
  readonly paged: boolean;
  readonly selection: Selection | undefined;
};

/** Response keys of what is asked beside the engine's own fields. Names that begin with two underscores are no client's (GraphQL section 2.1.9). */
export const typeKey = '__type';
export const idKey = '__id';

const typeName = new GraphQLNonNull(GraphQLString);

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
type Merged = { readonly nodes: FieldNode[]; optional: boolean };

/** Reads it. The text comes from the engine, hence is valid. */
export function readQuestion(contract: Contract, owner: string, text: string): Asked {
  const document = parse(text, { noLocation: true });
  const fragments: Fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const operation = document.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  const root = operation && contract.schema.getRootType(operation.operation);
  invariant(operation !== undefined && root, 'a question of the engine is an operation of the schema');
  const mutates = operation.operation === OperationTypeNode.MUTATION;
  const [only] = operation.selectionSet.selections;
  if (only?.kind !== Kind.FIELD || only.name.value !== '_entities' || only.selectionSet === undefined) {
    const selection = createSelection(contract, fragments, [operation.selectionSet], undefined);
    return { owner, contract, text, mutates, entities: false, root, selection };
  }
  const entity = identified(contract, fragments, only.selectionSet);
  const sent = {
    ...document,
    definitions: document.definitions.map((node) =>
      node === operation
        ? { ...operation, selectionSet: { ...operation.selectionSet, selections: [{ ...only, selectionSet: entity }] } }
        : node,
    ),
  };
  const selection = createSelection(contract, fragments, [entity], undefined);
  return { owner, contract, text: stripIgnoredCharacters(print(sent)), mutates, entities: true, root, selection };
}

/** The selection of an entity with its type and, per type, its id. */
function identified(contract: Contract, fragments: Fragments, set: SelectionSetNode): SelectionSetNode {
  const conditions = new Set(
    set.selections.flatMap((node) => {
      if (node.kind === Kind.INLINE_FRAGMENT) return node.typeCondition?.name.value ?? [];
      return node.kind === Kind.FRAGMENT_SPREAD ? (fragments.get(node.name.value)?.typeCondition.name.value ?? []) : [];
    }),
  );
  const added = [...conditions].flatMap((condition): SelectionNode[] => {
    const type = contract.schema.getType(condition);
    if (type === undefined || !('getFields' in type) || type.getFields()['id'] === undefined) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: condition } },
        selectionSet: { kind: Kind.SELECTION_SET, selections: [aliased(idKey, 'id')] },
      },
    ];
  });
  return { ...set, selections: [aliased(typeKey, '__typename'), ...set.selections, ...added] };
}

function aliased(alias: string, name: string): FieldNode {
  return { kind: Kind.FIELD, alias: { kind: Kind.NAME, value: alias }, name: { kind: Kind.NAME, value: name } };
}

function createSelection(
  contract: Contract,
  fragments: Fragments,
  sets: readonly SelectionSetNode[],
  first: Selection['first'],
): Selection {
  const { schema } = contract;
  const byType = new Map<string, Shape>();
  let anywhere: Map<string, Merged> | undefined;

  function collect(into: Map<string, Merged>, set: SelectionSetNode, type: GraphQLObjectType | undefined, optional: boolean): void {
    for (const node of set.selections) {
      const maybe = optional || (node.directives ?? []).some(({ name }) => name.value === 'skip' || name.value === 'include');
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = into.get(key);
        if (known === undefined) into.set(key, { nodes: [node], optional: maybe });
        else {
          known.nodes.push(node);
          known.optional &&= maybe;
        }
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment === undefined || (type !== undefined && !applies(fragment.typeCondition?.name.value, type))) continue;
      collect(into, fragment.selectionSet, type, maybe);
    }
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = schema.getType(condition);
    return isAbstractType(conditional) && schema.isSubType(conditional, type);
  }

  const belowOf = (nodes: readonly FieldNode[], page: Selection['first']): Selection | undefined => {
    const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return below.length === 0 ? undefined : createSelection(contract, fragments, below, page);
  };

  return {
    first,
    shapeOf(type) {
      const known = byType.get(type.name);
      if (known !== undefined) return known;
      const merged = new Map<string, Merged>();
      for (const set of sets) collect(merged, set, type, false);
      const home = contract.homeOf(type.name);
      const fields = [...merged].map(([key, { nodes, optional }]): Field => {
        const name = nodes[0]?.name.value ?? key;
        const field = type.getFields()[name];
        invariant(field !== undefined || name === '__typename', 'the engine asks for fields of the schema');
        const outputType = field?.type ?? typeName;
        const given = nodes[0]?.arguments?.find((argument) => argument.name.value === 'first')?.value;
        const standard = field?.args.find((argument) => argument.name === 'first')?.defaultValue;
        return {
          key,
          type: outputType,
          required: isNonNullType(outputType),
          optional,
          leaf: leafCheck(name, outputType, type.name, home),
          paged: name === 'nodes' || name === 'edges',
          selection: belowOf(nodes, given ?? (typeof standard === 'number' ? standard : undefined)),
        };
      });
      const shape = { fields, keys: new Set(merged.keys()) };
      byType.set(type.name, shape);
      return shape;
    },
    below(key) {
      if (anywhere === undefined) {
        anywhere = new Map();
        for (const set of sets) collect(anywhere, set, undefined, false);
      }
      const merged = anywhere.get(key);
      return merged === undefined ? undefined : (belowOf(merged.nodes, undefined) ?? null);
    },
  };
}
