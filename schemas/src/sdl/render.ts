/**
 * From the template to subgraphs. A party's subgraph is `shared.graphql` + `own.graphql` with `Own…` renamed (`OwnPort` → `GuangxiPort`);
 * the directory's is `directory.graphql` with every definition named `Own…` written once per party.
 */
import { readFileSync } from 'node:fs';
import { type DefinitionNode, type DocumentNode, type FieldDefinitionNode, Kind, parse, print, visit } from 'graphql';
import { invariant } from '../errors.ts';

/** What rendering needs to know of a party. */
export type RenderedParty = { readonly code: string; readonly typePrefix: string };

const read = (name: string): DocumentNode => parse(readFileSync(new URL(`../../sdl/${name}.graphql`, import.meta.url), 'utf8'));

/** The template files, parsed. */
export const template: Readonly<Record<'shared' | 'own' | 'directory' | 'ownerEndpoint', DocumentNode>> = {
  shared: read('shared'),
  own: read('own'),
  directory: read('directory'),
  ownerEndpoint: read('owner-endpoint'),
};

/** The subgraph of one party: the shared definitions, then its own concrete types, each described as its interface is. */
export function partyDocument(party: RenderedParty): DocumentNode {
  const own = describeLikeInterfaces(template.own, template.shared);
  return { kind: Kind.DOCUMENT, definitions: [...template.shared.definitions, ...rename(own, party).definitions] };
}

/** What a party serves at its own endpoint, to its own staff: its subgraph's types and a Query of its own. */
export function ownerEndpointDocument(party: RenderedParty): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: [...partyDocument(party).definitions, ...template.ownerEndpoint.definitions] };
}

/** The subgraph of the directory, with stubs for these parties. */
export function directoryDocument(parties: readonly RenderedParty[]): DocumentNode {
  const described = describeLikeInterfaces(describeInterfaces(template.directory, template.shared), template.shared);
  const definitions = described.definitions.flatMap((definition): readonly DefinitionNode[] =>
    isOwn(definition)
      ? parties.flatMap((party) => rename({ kind: Kind.DOCUMENT, definitions: [definition] }, party).definitions)
      : [definition],
  );
  return { kind: Kind.DOCUMENT, definitions };
}

/** SDL text of one party's subgraph. */
export function partySdl(party: RenderedParty): string {
  return print(partyDocument(party));
}

/** SDL text of the directory's subgraph. */
export function directorySdl(parties: readonly RenderedParty[]): string {
  return print(directoryDocument(parties));
}

/** `OwnPort` → `GuangxiPort`, `ownBook` → `guangxiBook`, wherever a type or field bears such a name. */
export function rename(document: DocumentNode, party: RenderedParty): DocumentNode {
  const to = (text: string): string => text.replace(/^Own(?=[A-Z])/, party.typePrefix).replace(/^own(?=[A-Z])/, party.code);
  const leave = <N extends { readonly name: { readonly value: string } }>(node: N): N => ({
    ...node,
    name: { ...node.name, value: to(node.name.value) },
  });
  return visit(document, {
    NamedType: { leave },
    ObjectTypeDefinition: { leave },
    InputObjectTypeDefinition: { leave },
    FieldDefinition: { leave },
  });
}

function isOwn(definition: DefinitionNode): boolean {
  return 'name' in definition && definition.name !== undefined && /^Own[A-Z]/.test(definition.name.value);
}

/** Gives concrete types, their fields and arguments the descriptions of the interface whose name they bear. */
function describeLikeInterfaces(document: DocumentNode, interfaces: DocumentNode): DocumentNode {
  return describe(document, interfaces, (name) => (/^Own[A-Z]/.test(name) ? name.slice(3) : undefined));
}

/** Gives interfaces of the directory the descriptions they have in the shared file. */
function describeInterfaces(document: DocumentNode, interfaces: DocumentNode): DocumentNode {
  return describe(document, interfaces, (name) => name);
}

function describe(document: DocumentNode, interfaces: DocumentNode, sourceOf: (name: string) => string | undefined): DocumentNode {
  const source = new Map(
    interfaces.definitions.flatMap((node) => (node.kind === Kind.INTERFACE_TYPE_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
      const from = sourceOf(definition.name.value);
      const like = from === undefined ? undefined : source.get(from);
      if (like === undefined || definition.description !== undefined) return definition;
      const fields = definition.fields?.map((field) => describeField(field, like.fields ?? [], definition.name.value));
      return { ...definition, ...(like.description && { description: like.description }), ...(fields && { fields }) };
    }),
  };
}

function describeField(field: FieldDefinitionNode, like: readonly FieldDefinitionNode[], type: string): FieldDefinitionNode {
  const source = like.find((candidate) => candidate.name.value === field.name.value);
  invariant(source !== undefined, `${type}.${field.name.value} is not a field of its interface; describe it in own.graphql`);
  const described = (field.arguments ?? []).map((argument) => {
    const text = source.arguments?.find((candidate) => candidate.name.value === argument.name.value)?.description;
    return text === undefined ? argument : { ...argument, description: text };
  });
  return { ...field, ...(source.description && { description: source.description }), arguments: described };
}
