import { createLogger, onShutdown, systemClock, systemRandom } from '@corridor/runtime';
import { gatewayConfig } from './config.ts';
import { startGateway } from './start.ts';

const config = gatewayConfig(process.env);
const log = createLogger({ name: 'gateway', level: config.logLevel });
const gateway = await startGateway(config, { clock: systemClock, random: systemRandom, log });
log.info({ url: gateway.url }, 'the gateway answers');
onShutdown(() => gateway.close(), { log });
