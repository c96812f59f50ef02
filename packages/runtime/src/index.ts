export { parseJson } from './body.ts';
export { readConfig, readJsonFile, readSecretFile } from './config.ts';
export {
  type DatabaseSettings,
  databaseEnvironment,
  databaseSettings,
  type MigrateSettings,
  migrateSettings,
} from './database-settings.ts';
export { type ErrorBody, knownError, type Refusal, refusalOf } from './errors.ts';
export { followFile } from './follow-file.ts';
export type { ReadyCheck } from './health.ts';
export { type ListenerSettings, listenerEnvironment, listenerSettings, type RequestSender } from './listener.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { type MetricName, type MetricOwner, metricPrefix, metricTable } from './metric-table.ts';
export { createMetrics, type Metrics, type Reading } from './metrics.ts';
export {
  adminOffset,
  createOperations,
  type Operations,
  type OperationsSettings,
  operationsEnvironment,
  operationsSettings,
} from './operations.ts';
export { type ProgramParts, runProgram } from './program.ts';
export { redacted, redactLine } from './redaction.ts';
export { runCommand } from './run-command.ts';
export { createServer, listen, type Server, type ServerOptions, securityHeaders } from './server.ts';
export { systemClock, systemRandom } from './system.ts';
export { correlationId, traceparentOf } from './trace.ts';
export { statementSteps, type Tracing } from './tracing.ts';
