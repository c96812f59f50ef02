#!/usr/bin/env node
import { setTimeout as pause } from 'node:timers/promises';
import { ask, printToken, type Surroundings } from './ask.ts';
import { connect } from './connect.ts';
import { connectHelp, readConnectCommand } from './connect-usage.ts';
import { directory } from './directory.ts';
import { directoryHelp, readDirectoryCommand } from './directory-usage.ts';
import { doctorHelp, readDoctorCommand } from './doctor-usage.ts';
import { readReleaseCommand, releaseHelp } from './release-usage.ts';
import { help, readCommand } from './usage.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const complain = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const [verb, ...rest] = process.argv.slice(2);
const ofVerb = {
  connect: { read: readConnectCommand, help: connectHelp },
  directory: { read: readDirectoryCommand, help: directoryHelp },
  doctor: { read: (args: readonly string[]) => readDoctorCommand(args, process.env), help: doctorHelp },
  release: { read: readReleaseCommand, help: releaseHelp },
};
const own = verb !== undefined && Object.hasOwn(ofVerb, verb) ? ofVerb[verb as keyof typeof ofVerb] : undefined;
const command = own === undefined ? readCommand(process.argv.slice(2)) : own.read(rest);
if (command.is === 'help') print(own === undefined ? help : own.help);
else if (command.is === 'wrong') {
  complain(`${command.because}\nMore: corridor ${own === undefined ? '' : `${verb} `}--help`);
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
  } else if (command.is === 'release') {
    // The composer comes along: nobody else waits for it.
    const { release } = await import('./release.ts');
    process.exitCode = release(command, { ...around, clock: Date.now });
  } else if (command.is === 'doctor') {
    // It brings the store and the programs' own server along.
    const [{ doctor }, { systemClock, systemRandom }] = await Promise.all([import('./doctor.ts'), import('@corridor/runtime')]);
    process.exitCode = await doctor(command, { ...around, clock: systemClock, random: systemRandom, nodeVersion: process.version });
  } else process.exitCode = command.is === 'token' ? await printToken(command, around) : await ask(command, around);
}
