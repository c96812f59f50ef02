export { checkEpoch, createFeedCursors, type FeedCursor, type FeedCursors } from './cursor.ts';
export { type FeedPage, type FeedQuestion, fetchFeedPage, pageSizeLimit } from './feed-page.ts';
export { type FeedState, type FollowOptions, followFeed } from './follow-feed.ts';
export { once } from './inbox.ts';
export { createOpaqueText, type OpaqueKey, type OpaqueText, readCursorKeys } from './opaque-text.ts';
export { appendToOutbox, changedType, feedChannel, type OutboxPage, type OutboxRow, outboxChannel, readOutbox } from './outbox.ts';
export { openParts, sealParts } from './sealed.ts';
export { type Sequencer, type SequencerOptions, sequence, startSequencer } from './sequencer.ts';
export type { SqlStore, SqlTx } from './sql.ts';
