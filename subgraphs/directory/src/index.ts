export { type DirectoryConfig, directoryConfig, type FeedConfig, type PrivateJwk } from './config.ts';
export type { FeedStatus } from './feed/follow-owners.ts';
export { type DirectoryDependencies, type RunningDirectory, rebuildDirectory, startDirectory } from './start.ts';
