/** Looks at the source of releases again and again, and at once on SIGHUP, which by custom makes a server read its files anew. */
import type { ReleaseKeeper } from './keeper.ts';

/** Begins to look every `intervalMs`; the function it gives ends that. */
export function watchReleases(keeper: ReleaseKeeper, intervalMs: number): () => void {
  const onSignal = (): void => void keeper.look(true);
  const timer = setInterval(() => void keeper.look(), intervalMs);
  process.on('SIGHUP', onSignal);
  return () => {
    clearInterval(timer);
    process.removeListener('SIGHUP', onSignal);
  };
}
