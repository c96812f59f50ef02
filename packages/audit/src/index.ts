export { type ChainCheck, type ChainedEntry, type ChainHead, chainOf, chainStart, checkChain } from './chain.ts';
export { canonicalBytes, type LogEntry, leafHash } from './leaf.ts';
