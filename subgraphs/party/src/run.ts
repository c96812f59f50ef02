import { migrateSettings, runCommand, runProgram } from '@corridor/runtime';
import { migrateDatabase } from '@corridor/store';
import { partyConfig } from './config.ts';
import type { PartyDefinition } from './definition.ts';
import { startParty } from './start.ts';

/**
 * The whole of a party's `main.ts`: starts it with the environment, the machine's clock and its randomness, and ends it in order on a signal; or, by the
 * command `migrate`, brings its database on a server up to this release, as the role that owns the tables.
 */
export function runParty(
  definition: PartyDefinition,
  env: Readonly<Record<string, string | undefined>>,
  command: string | undefined,
): Promise<void> {
  const { code } = definition;
  return runCommand(code, command, {
    start: () =>
      runProgram({
        name: code,
        config: () => partyConfig(code, env),
        start: (config, dependencies) => startParty(definition, config, dependencies),
      }),
    steps: {
      async migrate({ clock }) {
        const applied = await migrateDatabase({ model: 'party', owner: code, ...migrateSettings(code, env), clock });
        return applied.length === 0 ? 'nothing was missing' : applied.join(', ');
      },
    },
  });
}
