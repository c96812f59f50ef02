import { createLogger, onShutdown, systemClock, systemRandom } from '@corridor/runtime';
import { partyConfig } from './config.ts';
import type { PartyDefinition } from './definition.ts';
import { startParty } from './start.ts';

/** The whole of a party's `main.ts`: starts it with the environment, the machine's clock and its randomness, and ends it in order on a signal. */
export async function runParty(definition: PartyDefinition, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const config = partyConfig(definition.code, env);
  const log = createLogger({ name: definition.code, level: config.logLevel });
  const party = await startParty(definition, config, { clock: systemClock, random: systemRandom, log });
  log.info({ url: party.url }, 'the party answers');
  onShutdown(() => party.close(), { log });
}
