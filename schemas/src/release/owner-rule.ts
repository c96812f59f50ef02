/**
 * The owner rule, on a composed schema: which subgraph defines what, read from the `@join__…` directives that composition wrote.
 *
 * - Each subgraph is an owner that is known, and bears a placeholder (`corridor://guangxi`) where an address could stand.
 * - A type that bears a party's name (`GuangxiPort`) is that party's alone. The directory has a stub of it: `id`, and nothing else.
 * - What bears no party's name (value types, interfaces, enums, inputs) is defined by all parties or by none: a type that one of them brings alone
 *   would be a name taken from everybody else.
 * - A key is a party's own type's, or every party's; none of them is an `@interfaceObject`, overrides a field of another, or offers a root field that
 *   does not bear its name.
 *
 * Checked when a release is made, and again by the gateway that loads it: one party's SDL can then take nothing from another, even well signed.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  type TypeDefinitionNode,
} from 'graphql';
import { CorridorError } from '../errors.ts';

/** Subgraph that gives stubs of every party's records. */
const directory = 'directory';
const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * Holds a supergraph to the rule. `owners`: names of the subgraphs known here, the directory among them. Gives the names it has.
 * @throws RELEASE_SCHEMA for what is no composed schema; RELEASE_OWNER_UNKNOWN, RELEASE_OWNER_ADDRESS, RELEASE_OWNER_RULE with all that is wrong
 */
export function checkOwnerRule(sdl: string, owners: readonly string[]): readonly string[] {
  const document = parsed(sdl);
  const graphs = graphsOf(document);
  if (graphs.size === 0) throw new CorridorError('RELEASE_SCHEMA', { detail: 'it names no subgraph' });
  const names = [...graphs.values()].map(({ name }) => name);
  const unknown = names.filter((name) => !owners.includes(name));
  if (unknown.length > 0) throw refused('RELEASE_OWNER_UNKNOWN', unknown);
  const addressed = [...graphs.values()].filter(({ name, url }) => url !== `corridor://${name}`).map(({ name }) => name);
  if (addressed.length > 0) throw refused('RELEASE_OWNER_ADDRESS', addressed);

  const rule: Rule = { graphs, parties: names.filter((name) => name !== directory) };
  const faults = document.definitions.flatMap((definition) => faultsOf(definition, rule));
  if (faults.length > 0) throw refused('RELEASE_OWNER_RULE', faults);
  return names;
}

type Graph = { readonly name: string; readonly url: string };
type Rule = { readonly graphs: ReadonlyMap<string, Graph>; readonly parties: readonly string[] };

function faultsOf(type: DefinitionNode, rule: Rule): string[] {
  if (!isType(type)) return [];
  const name = type.name.value;
  if (name.startsWith('join__') || name.startsWith('link__')) return [];
  const joins = directivesOf(type, 'join__type').map((join) => ({
    by: rule.graphs.get(argument(join, 'graph') ?? '')?.name ?? '',
    key: argument(join, 'key'),
    isInterfaceObject: argument(join, 'isInterfaceObject') === 'true',
  }));
  if (joins.length === 0 || joins.some(({ by }) => by === '')) return [`${name} belongs to no subgraph`];
  const by = [...new Set(joins.map((join) => join.by))];
  const owner = ownerOf(name, rule.parties);
  const fields = 'fields' in type ? (type.fields ?? []) : [];
  const faults = fields.flatMap((field) => overridden(field, name, rule));
  for (const other of mentioned(type, fields, rule).filter((each) => !by.includes(each))) faults.push(`${other} has a part in ${name}`);
  for (const join of joins.filter(({ isInterfaceObject }) => isInterfaceObject)) faults.push(`${join.by} stands for all of ${name}`);

  if (rootTypes.has(name)) {
    for (const field of fields)
      for (const party of definers(field, by, rule).filter((each) => each !== directory))
        if (!isOwnName(field.name.value, party)) faults.push(`${party} defines ${name}.${field.name.value}`);
    return faults;
  }
  if (owner !== undefined) {
    for (const other of by.filter((each) => each !== owner && each !== directory)) faults.push(`${other} defines ${name}`);
    for (const field of fields)
      if (field.name.value !== 'id' && definers(field, by, rule).includes(directory))
        faults.push(`${directory} defines ${name}.${field.name.value}`);
    for (const { key } of joins) if (key !== undefined && key !== 'id') faults.push(`${name} has the key ${key}`);
    return faults;
  }
  const parties = by.filter((each) => each !== directory);
  const withKey = new Set(joins.flatMap((join) => (join.by !== directory && (join.key ?? '') !== '' ? [join.by] : [])));
  if (isSome(parties.length, rule)) faults.push(`${parties.join(', ')} alone define ${name}`);
  else if (isSome(withKey.size, rule)) faults.push(`${[...withKey].join(', ')} alone have a key of ${name}`);
  return [...new Set(faults)];
}

/** Neither none nor all of the parties. */
function isSome(count: number, rule: Rule): boolean {
  return count > 0 && count < rule.parties.length;
}

/** Whoever any other directive of a type or its fields names: nobody has a part in what he does not define. */
function mentioned(type: TypeDefinitionNode, fields: readonly Field[], rule: Rule): string[] {
  const directives = [...directivesOf(type, 'join__implements'), ...directivesOf(type, 'join__unionMember')];
  for (const field of fields) directives.push(...directivesOf(field, 'join__field'));
  return [...new Set(directives.flatMap((each) => rule.graphs.get(argument(each, 'graph') ?? '')?.name ?? []))];
}

/** The party whose name a type bears; of two that fit (`Guang`, `Guangxi`) the longer. */
function ownerOf(type: string, parties: readonly string[]): string | undefined {
  return parties.filter((party) => isOwnName(type, capitalised(party))).sort((a, b) => b.length - a.length)[0];
}

function isOwnName(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^[A-Z]/.test(name.slice(prefix.length));
}

function capitalised(party: string): string {
  return party.charAt(0).toUpperCase() + party.slice(1);
}

type Field = FieldDefinitionNode | InputValueDefinitionNode;

/** Without `@join__field` a field is in every subgraph of its type; one that names no graph comes from none of them. */
function definers(field: Field, ofType: readonly string[], rule: Rule): readonly string[] {
  const joins = directivesOf(field, 'join__field');
  if (joins.length === 0) return ofType;
  return joins.flatMap((join) => rule.graphs.get(argument(join, 'graph') ?? '')?.name ?? []);
}

function overridden(field: Field, type: string, rule: Rule): string[] {
  return directivesOf(field, 'join__field').flatMap((join) => {
    const from = argument(join, 'override');
    const by = rule.graphs.get(argument(join, 'graph') ?? '')?.name ?? '';
    return from === undefined ? [] : [`${by} overrides ${type}.${field.name.value} of ${from}`];
  });
}

function graphsOf(document: DocumentNode): ReadonlyMap<string, Graph> {
  const graphs = document.definitions.find((node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph');
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return new Map();
  return new Map(
    (graphs.values ?? []).map((value) => {
      const [graph] = directivesOf(value, 'join__graph');
      const of = (name: string): string => (graph === undefined ? '' : (argument(graph, name) ?? ''));
      return [value.name.value, { name: of('name'), url: of('url') }];
    }),
  );
}

/** The document, if it is as composition writes it: the rule reads directives by their names, so that no other name may hide what they say. */
function parsed(sdl: string): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(sdl, { noLocation: true });
  } catch (cause) {
    throw new CorridorError('RELEASE_SCHEMA', { detail: 'not GraphQL', cause });
  }
  const [schema, ...more] = document.definitions.filter((node) => node.kind === Kind.SCHEMA_DEFINITION);
  if (schema === undefined || more.length > 0)
    throw new CorridorError('RELEASE_SCHEMA', { detail: 'it has no schema definition of its own' });
  const links = directivesOf(schema, 'link').filter((link) => argument(link, 'url')?.includes('/join/') === true);
  const [join, ...others] = links;
  if (join === undefined || others.length > 0 || argument(join, 'as') !== undefined || directivesOf(schema, 'core').length > 0)
    throw new CorridorError('RELEASE_SCHEMA', { detail: 'it is not composed: no link to the join specification' });
  const renamed = schema.operationTypes.some(({ operation, type }) => type.name.value.toLowerCase() !== operation);
  const extended = document.definitions.some((node) => node.kind.endsWith('Extension'));
  if (renamed || extended) throw new CorridorError('RELEASE_SCHEMA', { detail: 'it is not as composition writes it' });
  return document;
}

function isType(node: DefinitionNode): node is TypeDefinitionNode {
  return node.kind.endsWith('TypeDefinition');
}

function directivesOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name);
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  if (value === undefined) return undefined;
  if (value.kind === Kind.STRING || value.kind === Kind.ENUM) return value.value;
  return value.kind === Kind.BOOLEAN ? String(value.value) : undefined;
}

/** The first ten of what is wrong: one is enough to refuse, some help to find out why. */
function refused(code: 'RELEASE_OWNER_UNKNOWN' | 'RELEASE_OWNER_ADDRESS' | 'RELEASE_OWNER_RULE', faults: readonly string[]): CorridorError {
  const more = faults.length > 10 ? `; ${faults.length - 10} more` : '';
  return new CorridorError(code, { detail: `${faults.slice(0, 10).join('; ')}${more}` });
}
