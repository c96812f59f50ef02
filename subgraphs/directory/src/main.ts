import { createLogger, onShutdown, systemClock, systemRandom } from '@corridor/runtime';
import { directoryConfig } from './config.ts';
import { startDirectory } from './start.ts';

const config = directoryConfig(process.env);
const log = createLogger({ name: 'directory', level: config.logLevel });
const directory = await startDirectory(config, { clock: systemClock, random: systemRandom, log });
log.info({ url: directory.url }, 'the directory answers');
onShutdown(() => directory.close(), { log });
