import { localConfig } from './config.ts';
import { switchProgram } from './party-switch.ts';

const name = process.argv[2];
const { done, text } = await switchProgram('stop', name, localConfig(process.env).folder.root);
process.stdout.write(`${text}\n`);
if (done) process.stdout.write(`Ask again: the answer names what is missing. Back: npm run -s start-party -- ${name}\n`);
process.exitCode = done ? 0 : 1;
