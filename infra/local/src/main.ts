import { parseArgs } from 'node:util';
import { systemClock } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import { localConfig } from './config.ts';
import { runCorridor } from './corridor.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  const { values } = parseArgs({
    options: { fresh: { type: 'boolean', default: false }, 'no-fill': { type: 'boolean', default: false } },
  });
  const { fresh } = values;
  const filled = !values['no-fill'];
  process.exitCode = await runCorridor(localConfig(process.env), { fresh, filled, say, clock: systemClock });
} catch (error) {
  process.stderr.write(
    `${error instanceof CorridorError ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
// Listeners for signals would keep the process.
process.exit();
