#!/usr/bin/env node
import { ask, printToken, type Surroundings } from './ask.ts';
import { help, readCommand } from './usage.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const complain = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const command = readCommand(process.argv.slice(2));
if (command.is === 'help') print(help);
else if (command.is === 'wrong') {
  complain(`${command.because}\nMore: corridor --help`);
  process.exitCode = 2;
} else {
  const around: Surroundings = {
    folder: process.cwd(),
    env: process.env,
    width: process.stdout.columns ?? 120,
    colours: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    print,
    complain,
  };
  process.exitCode = command.is === 'token' ? await printToken(command, around) : await ask(command, around);
}
