import { runProgram } from '@corridor/runtime';
import { partyConfig } from './config.ts';
import type { PartyDefinition } from './definition.ts';
import { startParty } from './start.ts';

/** The whole of a party's `main.ts`: starts it with the environment, the machine's clock and its randomness, and ends it in order on a signal. */
export function runParty(definition: PartyDefinition, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  return runProgram({
    name: definition.code,
    config: () => partyConfig(definition.code, env),
    start: (config, dependencies) => startParty(definition, config, dependencies),
  });
}
