import type { OrganisationDefinition } from '../definition.ts';
import { tidyReference } from './document-reference.ts';

/** The owner's registry of firms: the only way from a registration number in a message to the `org` of a token. */
export type Organisations = {
  /** The firm with this registration number, or `null`: then nobody gains a right by it. */
  orgOf(scheme: string, identification: string): string | null;
  /** The firm a sender means by a code of its NAD segments (UN/EDIFACT 3039), or `null`. */
  orgOfAlias(sender: string, code: string): string | null;
};

/** The registry of a party, from its definition. */
export function organisationsOf(definitions: readonly OrganisationDefinition[]): Organisations {
  const byIdentification = new Map(
    definitions.flatMap(({ org, identifications }) =>
      identifications.map(({ scheme, identification }) => [keyOf(scheme, identification), org] as const),
    ),
  );
  const byAlias = new Map(
    definitions.flatMap(({ org, aliases = [] }) => aliases.map(({ sender, code }) => [JSON.stringify([sender, code]), org] as const)),
  );
  return {
    orgOf: (scheme, identification) => byIdentification.get(keyOf(scheme, identification)) ?? null,
    orgOfAlias: (sender, code) => byAlias.get(JSON.stringify([sender, code])) ?? null,
  };
}

function keyOf(scheme: string, identification: string): string {
  return JSON.stringify([scheme, tidyReference(identification)]);
}
