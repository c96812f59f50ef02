import type { Clock } from '@corridor/schemas';
import { refusedStart } from './program.ts';
import { systemClock } from './system.ts';

/** A step of a program that ends by itself, such as a migration: gives what it did, in words. */
export type Step = (dependencies: { readonly clock: Clock }) => Promise<string>;

/**
 * What a program's first argument asks for: nothing, and it starts; a step by its name, and that is run. What the step did goes to standard output; a
 * refusal with a code of the table to standard error, in both languages, and the process ends with 1; with 2 where there is no such step.
 */
export async function runCommand(
  name: string,
  command: string | undefined,
  { start, steps }: { readonly start: () => Promise<void>; readonly steps: Readonly<Record<string, Step>> },
): Promise<void> {
  if (command === undefined) return start();
  const step = Object.entries(steps).find(([known]) => known === command)?.[1];
  if (step === undefined) {
    process.stderr.write(`${name}: without an argument it starts; steps: ${Object.keys(steps).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  try {
    process.stdout.write(`${name} ${command}: ${await step({ clock: systemClock })}\n`);
  } catch (error) {
    const told = refusedStart(`${name} ${command}`, error);
    if (told === undefined) throw error;
    process.stderr.write(told);
    process.exitCode = 1;
  }
}
