/** Patterns of concrete type names per interface, for client caches: a sixth party's types match without a change at the client. */
import { type DocumentNode, Kind } from 'graphql';

/** `{ Facility: ['\\w+Port', '\\w+Terminal', …] }`: for each interface the patterns that match all and only its implementations. */
export function possibleTypes(shared: DocumentNode, own: DocumentNode): { readonly [interfaceName: string]: readonly string[] } {
  const patterns: { [interfaceName: string]: string[] } = {};
  for (const node of shared.definitions) if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) patterns[node.name.value] = [];
  for (const node of own.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const implemented of node.interfaces ?? []) patterns[implemented.name.value]?.push(`\\w+${node.name.value.slice(3)}`);
  }
  return patterns;
}
