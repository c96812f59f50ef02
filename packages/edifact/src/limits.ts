/** What one interchange may cost. A limit that is passed is a finding LIMIT_EXCEEDED, never an exception. */
export type Limits = {
  /** Bytes of the whole input; a larger interchange is refused as a whole. */
  readonly interchangeBytes: number;
  /** Segments of the whole input; more of them are refused as a whole too. 8 MiB can hold 4 million of two bytes each, which only do harm. */
  readonly segments: number;
  /** Messages of the whole input; more of them are refused as a whole. 8 MiB hold 14,000 gate reports of one container each. */
  readonly messages: number;
  /** Messages with an error in their envelope or characters; more of them are refused as a whole: nobody reads on, and each costs memory. */
  readonly stoppedMessages: number;
  /** Interchanges in one input; more of them are refused as a whole. */
  readonly interchanges: number;
  /** Bytes of one segment, separators included; the components beyond are dropped and the message is stopped. */
  readonly segmentBytes: number;
  /** Components of one segment, its tag not counted; treated like `segmentBytes`. */
  readonly segmentComponents: number;
  /** UNG inside UNG. The standard knows one level. */
  readonly groupDepth: number;
  /** Findings kept; the rest is counted: "and n more". The first error of each message is always kept, since it stops that message. */
  readonly findings: number;
};

/** Start values, far above what the trade sends: a stowage plan of 10,000 containers has about 2 MiB. */
export const defaultLimits: Limits = {
  interchangeBytes: 8 * 1024 * 1024,
  segments: 500_000,
  messages: 20_000,
  stoppedMessages: 1_000,
  interchanges: 1_000,
  segmentBytes: 64 * 1024,
  segmentComponents: 1_000,
  groupDepth: 2,
  findings: 1_000,
};
