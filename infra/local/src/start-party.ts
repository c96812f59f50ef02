import { localConfig } from './config.ts';
import { switchProgram } from './party-switch.ts';

const { done, text } = await switchProgram('start', process.argv[2], localConfig(process.env).folder.root);
process.stdout.write(`${text}\n`);
process.exitCode = done ? 0 : 1;
