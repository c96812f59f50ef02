/** The time now, in milliseconds since 1970-01-01T00:00:00Z. Passed in, so that an expiry can be tested to the second. */
export type Clock = () => number;
