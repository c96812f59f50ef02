import { invariant, partyDocument } from '@corridor/schemas';
import { type EnumTypeDefinitionNode, Kind } from 'graphql';

/** The codes of an enum of the SDL: arguments take codes as text (an enum in both directions would make each new code a flag day), the owner checks them. */
export function codesOf(enumName: string): ReadonlySet<string> {
  const codes = codeLists.get(enumName);
  invariant(codes !== undefined, `${enumName} is an enum of the SDL`);
  return codes;
}

const codeLists: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  partyDocument({ code: 'own', typePrefix: 'Own' })
    .definitions.filter((node): node is EnumTypeDefinitionNode => node.kind === Kind.ENUM_TYPE_DEFINITION)
    .map((node) => [node.name.value, new Set((node.values ?? []).map(({ name }) => name.value))]),
);
