#!/usr/bin/env node
import { setTimeout as pause } from 'node:timers/promises';
import { ask, printToken, type Surroundings } from './ask.ts';
import { connect } from './connect.ts';
import { connectHelp, readConnectCommand } from './connect-usage.ts';
import { directory } from './directory.ts';
import { directoryHelp, readDirectoryCommand } from './directory-usage.ts';
import { help, readCommand } from './usage.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const complain = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const [verb, ...rest] = process.argv.slice(2);
const command =
  verb === 'connect' ? readConnectCommand(rest) : verb === 'directory' ? readDirectoryCommand(rest) : readCommand(process.argv.slice(2));
if (command.is === 'help') print(verb === 'connect' ? connectHelp : verb === 'directory' ? directoryHelp : help);
else if (command.is === 'wrong') {
  complain(`${command.because}\nMore: corridor ${verb === 'connect' || verb === 'directory' ? `${verb} ` : ''}--help`);
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
  if (command.is === 'connect') {
    const ending = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
    process.exitCode = await connect(command, { ...around, clock: Date.now, jitter: Math.random, fetch, signal: ending.signal });
  } else if (command.is === 'directory') {
    process.exitCode = await directory(command, { ...around, clock: Date.now, pause: (ms) => pause(ms) });
  } else process.exitCode = command.is === 'token' ? await printToken(command, around) : await ask(command, around);
}
