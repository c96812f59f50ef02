export { canonicalBytes, type LogEntry, leafHash } from './leaf.ts';
