export { type IssuerConfig, issuerConfig } from './config.ts';
export { developmentIssuerTable } from './issuer-table.ts';
export { type IssuerDependencies, type RunningIssuer, startIssuer } from './start.ts';
