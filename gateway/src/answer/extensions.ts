/** Completes the answer before it leaves: who withheld what by which rule, and how each owner did. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { MaskedNote, OwnerState, RequestContext } from '../context.ts';

/** One line of `extensions.masked`: these records' field is withheld by this owner under this rule, whether or not a value exists. */
export type Masked = {
  readonly owner: string;
  readonly rule: string;
  readonly at: readonly string[];
  readonly ids: readonly string[];
  /** The field shows its coarse form. */
  readonly coarse?: true;
};
/** One line of `extensions.owners`: only owners asked for this answer. */
export type OwnerReport = { readonly owner: string; readonly state: OwnerState; readonly ms: number };

const maxIds = 1_000;

/** The plugin that does it for every answer of the graph. */
export function answerExtensions(): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          const { masked, truncated } = groupMasked(contextValue.masked);
          const owners = [...contextValue.owners].map(([owner, { state, ms }]): OwnerReport => ({ owner, state, ms }));
          // what the engine put there (valueCompletion) tells type and place of a withheld null
          delete result.extensions;
          if (masked.length > 0 || owners.length > 0) {
            result.extensions = {
              ...(masked.length > 0 && { masked }),
              ...(truncated && { maskedTruncated: true }),
              ...(owners.length > 0 && { owners: owners.sort((a, b) => (a.owner < b.owner ? -1 : 1)) }),
            };
          }
        },
      };
    },
  };
}

/** Groups notes of equal owner, rule and place, in a stable order; at most 1,000 ids in all, of which each owner gets its share. */
export function groupMasked(notes: readonly MaskedNote[]): { readonly masked: readonly Masked[]; readonly truncated: boolean } {
  const groups = new Map<string, { first: MaskedNote; ids: Set<string> }>();
  let count = 0;
  let truncated = false;
  for (const note of inTurns(notes)) {
    const key = JSON.stringify([note.owner, note.rule, note.at, note.coarse]);
    const group = groups.get(key) ?? { first: note, ids: new Set() };
    if (!groups.has(key)) groups.set(key, group);
    if (group.ids.has(note.id)) continue;
    if (count >= maxIds) {
      truncated = true;
      continue;
    }
    group.ids.add(note.id);
    count += 1;
  }
  const masked = [...groups.entries()]
    .filter(([, { ids }]) => ids.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([, { first, ids }]): Masked => ({
        owner: first.owner,
        rule: first.rule,
        at: first.at,
        ids: [...ids].sort(),
        ...(first.coarse && { coarse: true }),
      }),
    );
  return { masked, truncated };
}

/** One note of each owner after the other: what one of them says at length takes no room from the rest. */
function* inTurns(notes: readonly MaskedNote[]): Generator<MaskedNote> {
  const owners = new Map<string, MaskedNote[]>();
  for (const note of notes) {
    const own = owners.get(note.owner);
    if (own === undefined) owners.set(note.owner, [note]);
    else own.push(note);
  }
  for (let turn = 0; owners.size > 0; turn += 1) {
    for (const [owner, own] of owners) {
      const note = own[turn];
      if (note === undefined) owners.delete(owner);
      else yield note;
    }
  }
}
