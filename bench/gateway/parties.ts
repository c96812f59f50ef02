import { parties, type RenderedParty } from '../../schemas/src/index.ts';
import { composeSupergraph } from '../../schemas/src/sdl/compose.ts';

/** The corridor's five parties, and behind them as many made-up ones as are needed: each has a schema like theirs. */
export function benchParties(count: number): RenderedParty[] {
  const letter = (at: number): string => String.fromCharCode(97 + at);
  return Array.from({ length: count }, (_, at) => {
    const known = parties[at];
    if (known !== undefined) return { code: known.code, typePrefix: known.typePrefix };
    const code = `party${letter(Math.floor(at / 26))}${letter(at % 26)}`;
    return { code, typePrefix: `P${code.slice(1)}` };
  });
}

/** The supergraph of so many parties; that of five has the types of the one the release is built with. */
export function benchSupergraph(count: number): string {
  return composeSupergraph(benchParties(count)).supergraphSdl;
}

/** Names of all owners of that supergraph. */
export function benchOwners(count: number): string[] {
  return [...benchParties(count).map(({ code }) => code), 'directory'];
}
