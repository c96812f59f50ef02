import { runProgram } from '@corridor/runtime';
import { gatewayConfig } from './config.ts';
import { startGateway } from './start.ts';

await runProgram({ name: 'gateway', config: () => gatewayConfig(process.env), start: startGateway });
