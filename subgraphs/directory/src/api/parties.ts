import { isPartyCode, parties as registry } from '@corridor/schemas';
import type { RequestContext } from './context.ts';
import { type PartyNode, partyNode, type Stub, stubOf } from './entry.ts';

/** `Query.parties`: the registry. */
export function parties(): PartyNode[] {
  return registry.map(({ code }) => partyNode(code));
}

/** `Query.party`: one of them; an unknown code is null. */
export function party(_: unknown, { code }: { readonly code: string }): PartyNode | null {
  return isPartyCode(code) ? partyNode(code) : null;
}

/** `Party.profile`: what the party says about itself, where the viewer may know of it. */
export async function profile(node: PartyNode, _: unknown, context: RequestContext): Promise<Stub | null> {
  const entry = await context.loaders.profile.load(node.code);
  context.log({ operation: 'Party.profile', asked: { partyCode: node.code }, recordIds: entry === null ? [] : [entry.id] });
  return stubOf(entry);
}
