/** What a call shows of its times: of each kind (arrival or departure, planned, estimated, requested or actual) what was told last, and the call's day. */

/** A report of one time of a call. Times in ms since the epoch; `toldAt`: when its sender told it. */
export type CallReport = {
  readonly transportEventTypeCode: 'ARRI' | 'DEPA';
  readonly eventClassifierCode: 'PLN' | 'EST' | 'REQ' | 'ACT';
  readonly eventAt: number;
  readonly toldAt: number;
};

/** `CallTimestamp` of the SDL, as it is stored. */
export type CallTimestamp = {
  readonly transportEventTypeCode: CallReport['transportEventTypeCode'];
  readonly eventClassifierCode: CallReport['eventClassifierCode'];
  /** ISO 8601 with `Z`. */
  readonly eventDateTime: string;
};

const types = ['ARRI', 'DEPA'] as const;
const classifiers = ['PLN', 'EST', 'REQ', 'ACT'] as const;

/**
 * The times of a call from its reports, in any order: arrivals before departures, each PLN, EST, REQ, ACT; the latest told of each. None takes another's
 * place. Told at the same instant, the later time counts. Retracted reports are not to be passed.
 */
export function callTimestamps(reports: readonly CallReport[]): CallTimestamp[] {
  return types.flatMap((type) =>
    classifiers.flatMap((classifier) => {
      const [latest] = reports
        .filter(({ transportEventTypeCode, eventClassifierCode }) => transportEventTypeCode === type && eventClassifierCode === classifier)
        .sort((one, other) => other.toldAt - one.toldAt || other.eventAt - one.eventAt);
      if (latest === undefined) return [];
      return [{ transportEventTypeCode: type, eventClassifierCode: classifier, eventDateTime: new Date(latest.eventAt).toISOString() }];
    }),
  );
}

/** The instant a call is listed by: its arrival, else its departure; of several the actual, else the estimated, the planned, the requested. Null without any. */
export function callInstant(timestamps: readonly CallTimestamp[]): number | null {
  for (const type of types) {
    for (const classifier of ['ACT', 'EST', 'PLN', 'REQ']) {
      const found = timestamps.find((each) => each.transportEventTypeCode === type && each.eventClassifierCode === classifier);
      if (found !== undefined) return Date.parse(found.eventDateTime);
    }
  }
  return null;
}
