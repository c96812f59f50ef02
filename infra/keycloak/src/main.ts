import { runProgram } from '@corridor/runtime';
import { issuerConfig } from './config.ts';
import { startIssuer } from './start.ts';

await runProgram({ name: 'issuer', config: () => issuerConfig(process.env), start: startIssuer, delayMs: 0 });
