export { type GatewayConfig, gatewayConfig, type OwnerConfig } from './config.ts';
export { type RunningGateway, startGateway } from './start.ts';
