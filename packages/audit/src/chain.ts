import { createHash } from 'node:crypto';
import { canonicalBytes, type LogEntry, leafHash } from './leaf.ts';

/** An entry of a chained log as it is handed out: its position, counted from 1 without gaps, and the chain behind it, lower-case hex. */
export type ChainedEntry = LogEntry & { readonly position: number; readonly chain: string };

/** Where a chain stands: behind this position it has this value, lower-case hex. */
export type ChainHead = { readonly position: number; readonly chain: string };

/** Where every chain begins: position 0, 32 zero bytes. */
export const chainStart: ChainHead = { position: 0, chain: '00'.repeat(32) };

/** The chain behind an entry: SHA-256 of 0x01, the chain before it and the entry's leaf, as an inner node of RFC 6962 section 2.1. 32 bytes each. */
export function chainOf(before: Uint8Array, entry: LogEntry): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(innerPrefix)
      .update(before)
      .update(leafHash(canonicalBytes(entry)))
      .digest(),
  );
}

/** What a check of a chain gives: how far it holds, or the first entry at which it does not. */
export type ChainCheck =
  | { readonly is: 'holds'; readonly head: ChainHead }
  | { readonly is: 'broken'; readonly position: number; readonly because: 'gap' | 'altered' };

/**
 * Checks entries that follow `from`, with nothing but themselves: positions without a gap, each chain value the hash of the one before and the entry.
 * `gap`: an entry is missing or out of its place at `position`. `altered`: what the entry there says does not give the chain stated for it; or an entry
 * before it was altered together with its stated chain.
 */
export function checkChain(from: ChainHead, entries: readonly ChainedEntry[]): ChainCheck {
  let { position } = from;
  let chain: Uint8Array = Buffer.from(from.chain, 'hex');
  for (const { position: stated, chain: statedChain, id, at, body } of entries) {
    position += 1;
    if (stated !== position) return { is: 'broken', position, because: 'gap' };
    chain = chainOf(chain, { id, at, body });
    if (statedChain !== Buffer.from(chain).toString('hex')) return { is: 'broken', position, because: 'altered' };
  }
  return { is: 'holds', head: { position, chain: Buffer.from(chain).toString('hex') } };
}

const innerPrefix = Uint8Array.of(0x01);
