import { runProgram } from '@corridor/runtime';
import { directoryConfig } from './config.ts';
import { startDirectory } from './start.ts';

await runProgram({ name: 'directory', config: () => directoryConfig(process.env), start: startDirectory });
