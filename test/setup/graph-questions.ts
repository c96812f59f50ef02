/** Questions that together ask everything the graph can be asked: selections made from the schema, so that a new field is asked as well. */
import {
  buildClientSchema,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  type IntrospectionQuery,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Corridor } from './corridor.ts';

/** A document and its variables. `pages`: where the connection stands whose pages are read to the end by `$after`. */
export type Question = {
  readonly name: string;
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly pages?: readonly string[];
};

/** The schema as clients read it. */
export async function schemaOf(corridor: Corridor): Promise<GraphQLSchema> {
  const { data } = await corridor.ask(null, getIntrospectionQuery({ descriptions: false }));
  return buildClientSchema(data as IntrospectionQuery);
}

/** All that a type shows by itself: leaves and the values below them; of other records the id, of lists nothing. Of an interface also what its kinds add. */
export function leavesOf(schema: GraphQLSchema, typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${typeName} has no fields`);
  const own = selection(schema, type);
  const kinds = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  const added = kinds.map((kind) => {
    const more = selection(schema, kind, new Set(Object.keys(type.getFields())));
    return more === '' ? '' : `... on ${kind.name} { ${more} }`;
  });
  return ['__typename', own, ...added].filter((text) => text !== '').join(' ');
}

function selection(schema: GraphQLSchema, type: GraphQLNamedType, without: ReadonlySet<string> = new Set()): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  return Object.values(type.getFields())
    .filter(({ name, args }) => !without.has(name) && args.length === 0)
    .flatMap(({ name, type: of }) => {
      const named = getNamedType(of);
      // what two kinds type differently cannot stand under one name
      if (isLeafType(named)) return [differs(schema, name) ? `${name}Of${type.name}: ${name}` : name];
      if (isRecord(schema, named)) return [`${name} { id }`];
      return isObjectType(named) && !isCompound(named) ? [`${name} { ${selection(schema, named)} }`] : [];
    })
    .join(' ');
}

function differs(schema: GraphQLSchema, field: string): boolean {
  const types = Object.values(schema.getTypeMap()).flatMap((type) => (isInterfaceType(type) ? String(type.getFields()[field]?.type) : []));
  return new Set(types.filter((type) => type !== 'undefined')).size > 1;
}

function isRecord(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  const record = schema.getType('PartyOwned');
  return isInterfaceType(type) && isInterfaceType(record) && (type === record || schema.isSubType(record, type));
}

// Entries, pages and the like have questions of their own.
function isCompound(type: GraphQLObjectType): boolean {
  return /(?:Connection|Entry|Journey|Match|^Consignment|^Party)$/.test(type.name);
}

/** Every field of Query and every argument of every field, down to the fields of inputs: `Query.facilities(filter.partyCode:)`. */
export function askable(schema: GraphQLSchema): Set<string> {
  const query = schema.getQueryType();
  const places = new Set(Object.keys(query?.getFields() ?? {}).map((name) => `Query.${name}`));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || (!isInterfaceType(type) && !isObjectType(type)) || isOfOneParty(schema, type)) continue;
    for (const field of Object.values(type.getFields()))
      for (const { name, type: of } of field.args)
        for (const path of inputPaths(name, getNamedType(of))) places.add(`${widest(type, field.name)}.${field.name}(${path}:)`);
  }
  return places;
}

/** Of those, what these questions ask. */
export function asked(schema: GraphQLSchema, questions: readonly Question[]): Set<string> {
  const places = new Set<string>();
  for (const { document, variables = {} } of questions) {
    const info = new TypeInfo(schema);
    visit(
      parse(document),
      visitWithTypeInfo(info, {
        Field(node) {
          const parent = info.getParentType();
          if (parent === undefined || parent === null) return;
          const place = `${widest(parent, node.name.value)}.${node.name.value}`;
          if (parent.name === 'Query') places.add(place);
          for (const { name, value } of node.arguments ?? []) {
            const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : value;
            if (given !== undefined || name.value === 'after')
              for (const path of givenPaths(name.value, given)) places.add(`${place}(${path}:)`);
          }
        },
      }),
    );
  }
  return places;
}

function isOfOneParty(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  const record = schema.getType('PartyOwned');
  return isObjectType(type) && isInterfaceType(record) && schema.isSubType(record, type);
}

// A field of an interface is the same field in the interfaces and types below it: it goes by the widest that has it.
function widest(type: GraphQLNamedType, field: string): string {
  if (!isInterfaceType(type) && !isObjectType(type)) return type.name;
  const above = type.getInterfaces().filter((one) => one.getFields()[field] !== undefined);
  const top = above.find((one) => one.getInterfaces().every((other) => other.getFields()[field] === undefined));
  return top?.name ?? type.name;
}

function inputPaths(path: string, type: GraphQLNamedType): string[] {
  if (!isInputObjectType(type)) return [path];
  return Object.values(type.getFields()).flatMap(({ name, type: of }) => inputPaths(`${path}.${name}`, getNamedType(of)));
}

// Of a literal (its syntax node) or of a variable's value.
function givenPaths(path: string, given: unknown): string[] {
  if (Array.isArray(given)) return given.flatMap((each) => givenPaths(path, each));
  if (typeof given !== 'object' || given === null) return [path];
  if (!('kind' in given)) return Object.entries(given).flatMap(([name, value]) => givenPaths(`${path}.${name}`, value));
  const node = given as { kind: Kind; fields?: { name: { value: string }; value: unknown }[]; values?: unknown[] };
  if (node.kind === Kind.OBJECT) return (node.fields ?? []).flatMap(({ name, value }) => givenPaths(`${path}.${name.value}`, value));
  if (node.kind === Kind.LIST) return (node.values ?? []).flatMap((value) => givenPaths(path, value));
  return [path];
}
