/**
 * Lock under which the index is written, any fixed number no other advisory lock of the product has: one page at a time, whatever the number of followers
 * and replicas, since components are computed from what is committed.
 */
export const indexLock = '72707371';
