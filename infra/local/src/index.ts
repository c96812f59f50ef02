export { type DataFolder, dataFolder } from './data-folder.ts';
export { type DemoMessage, sendDemo } from './demo.ts';
export { demoMessages } from './demo-corridor.ts';
export { type Plan, planPrograms } from './plan.ts';
export { findPortBlock } from './ports.ts';
export { type Program, programNames } from './programs.ts';
export { ensureSecrets, type SecretFiles } from './secrets.ts';
export { type CorridorState, readState } from './state.ts';
export { Supervisor, type SupervisorOptions } from './supervisor.ts';
