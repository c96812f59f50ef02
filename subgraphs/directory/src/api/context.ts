import type { Clock } from '@corridor/schemas';
import type { Store } from '@corridor/store';
import type { FeedStatus } from '../feed/follow-owners.ts';
import type { Lookup } from '../log/lookup-log.ts';
import type { Cursors } from './cursor.ts';
import type { Loaders } from './loaders.ts';
import type { Viewer } from './viewer.ts';

/** What every resolver works with; one per request, so that nothing read for one viewer serves another. */
export type RequestContext = {
  readonly viewer: Viewer;
  readonly store: Store<'directory'>;
  readonly cursors: Cursors;
  readonly indexKey: Uint8Array;
  readonly loaders: Loaders;
  /** How the feeds stand, one per owner that is followed. */
  readonly feeds: () => readonly FeedStatus[];
  readonly clock: Clock;
  /** Notes a look-up; all of a request are written before its answer leaves. */
  readonly log: (lookup: Lookup) => void;
};
