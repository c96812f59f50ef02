import { createLogger, onShutdown, systemClock, systemRandom } from '@corridor/runtime';
import { issuerConfig } from './config.ts';
import { startIssuer } from './start.ts';

const config = issuerConfig(process.env);
const log = createLogger({ name: 'issuer', level: config.logLevel });
const issuer = await startIssuer(config, { clock: systemClock, random: systemRandom, log });
log.info({ url: issuer.url, issuers: issuer.issuers }, 'the development issuer answers');
onShutdown(() => issuer.close(), { log, delayMs: 0 });
