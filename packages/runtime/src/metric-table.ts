import { errors, type PartyCode, parties } from '@corridor/schemas';

/** What a metric is: its kind, what it says, and the names of its labels. */
type Row = { readonly is: 'counter' | 'gauge' | 'histogram'; readonly help: string; readonly labels: readonly Label[] };

/** Names of labels. Each has a closed list of values: see `labelValues`. */
export type Label = 'code' | 'reason' | 'owner' | 'issuer' | 'state';

/**
 * Every metric of the product, without the prefix `corridor_`; the process's own (memory, event loop, garbage collection) stand beside them. The rules and
 * the dashboard in `infra/observability` name no other.
 */
export const metricTable = {
  requests_total: row('counter', 'Requests answered, by OK or the first code of the error table in the answer', ['code']),
  request_seconds: row('histogram', 'Time from a request’s head to the end of its answer', []),
  in_flight: row('gauge', 'Requests at work now', []),
  shed_total: row('counter', 'Requests refused with OVERLOADED, by what was exhausted', ['reason']),
  owner_seconds: row('histogram', 'Time of one question to an owner, answered or not', ['owner']),
  owner_errors_total: row('counter', 'Questions an owner did not answer, by code', ['owner', 'code']),
  breaker_state: row('gauge', 'Breaker of an owner: 0 closed, 1 half open, 2 open', ['owner']),
  masked_fields_total: row('counter', 'Fields an owner withheld or coarsened', ['owner']),
  plan_seconds: row('histogram', 'Time to plan an operation that was not planned before', []),
  release_age_seconds: row('gauge', 'Age of the supergraph release that is served', []),
  release_refused_total: row('counter', 'Supergraph releases that were refused', []),
  jwks_age_seconds: row('gauge', 'Time since an issuer’s key set was last loaded', ['issuer']),
  audit_failures_total: row('counter', 'Rows of the access log that could not be written; their answers were refused', []),
  outbox_waiting_seconds: row('gauge', 'Age of the oldest committed change without a position', []),
  feed_lag_events: row('gauge', 'Changes with a position that the directory has not asked for yet, at this owner', ['owner']),
  feed_state: row('gauge', 'How the directory follows an owner’s feed: 1 for the state it is in', ['owner', 'state']),
  unsealed_seconds: row('gauge', 'Age of the oldest row of the directory’s log that is not sealed', []),
  database_up: row('gauge', 'Whether the database answers: 1 or 0', []),
  database_connections: row('gauge', 'Connections of the pool to the database, by state', ['state']),
} as const satisfies Record<string, Row>;

/** Name of a metric without its prefix. */
export type MetricName = keyof typeof metricTable;

/** Every name that may stand behind the label `owner`. */
export type MetricOwner = PartyCode | 'directory';

/** Prefix of every metric. */
export const metricPrefix = 'corridor_';

/**
 * The values a label may have. `issuer` is filled from the issuer table of the program. Whatever is not listed is written as `other`, so that no id, no
 * text of a query and no path a stranger sent becomes a time series.
 */
export const labelValues: Readonly<Record<Exclude<Label, 'issuer'>, ReadonlySet<string>>> = {
  // The last two are no codes of an answer: an owner that was not even asked.
  code: new Set(['OK', ...Object.keys(errors), 'BREAKER_OPEN', 'BULKHEAD_FULL']),
  reason: new Set(['in_flight', 'event_loop']),
  owner: new Set([...parties.map(({ code }) => code), 'directory']),
  state: new Set(['total', 'idle', 'waiting', 'starting', 'behind', 'current', 'failing']),
};

function row<const L extends readonly Label[]>(
  is: Row['is'],
  help: string,
  labels: L,
): { readonly is: Row['is']; readonly help: string; readonly labels: L } {
  return { is, help, labels };
}
