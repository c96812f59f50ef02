import { invariant } from '@corridor/schemas';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Label, labelValues, type MetricName, metricPrefix, metricTable } from './metric-table.ts';

/** Labels of one measurement; those of the metric's row in the table. */
export type MetricLabels = { readonly [L in Label]?: string };

/** One reading of a gauge. */
export type Reading = { readonly labels?: MetricLabels; readonly value: number };

/** What one program measures about itself. Several programs in one process have one each. */
export type Metrics = {
  /** Adds to a counter. */
  count(name: MetricName, labels?: MetricLabels, by?: number): void;
  /** Adds one duration, in seconds, to a histogram. */
  time(name: MetricName, seconds: number, labels?: MetricLabels): void;
  /** Reads a gauge whenever somebody looks. What cannot be read then is left out, never made up. */
  gauge(name: MetricName, read: () => readonly Reading[] | Promise<readonly Reading[]>): void;
  /** Makes counters appear with 0, so that a first failure is a rise and not a first sight. */
  announce(name: MetricName, labels?: readonly MetricLabels[]): void;
  /** Memory, event loop and garbage collection of the process; for the program that owns it. */
  watchProcess(): void;
  /** Everything in Prometheus' text format, and its content type. */
  text(): Promise<string>;
  readonly contentType: string;
};

// From a cached answer to the longest a query may take; owners have 800 ms.
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/**
 * Metrics over a registry of their own.
 * @param known issuers of the program's table: what may stand behind the label `issuer`
 */
export function createMetrics(known: { readonly issuers?: readonly string[] } = {}): Metrics {
  const registry = new Registry();
  const issuers = new Set(known.issuers ?? []);
  const counters = new Map<MetricName, Counter>();
  const histograms = new Map<MetricName, Histogram>();

  function counter(name: MetricName): Counter {
    const made = counters.get(name) ?? new Counter({ ...definition(name, 'counter'), registers: [registry] });
    counters.set(name, made);
    return made;
  }
  function histogram(name: MetricName): Histogram {
    const made = histograms.get(name) ?? new Histogram({ ...definition(name, 'histogram'), buckets, registers: [registry] });
    histograms.set(name, made);
    return made;
  }
  const closed = (labels: MetricLabels): Record<string, string> =>
    Object.fromEntries(
      Object.entries(labels).map(([label, value]) => {
        const list = label === 'issuer' ? issuers : labelValues[label as Exclude<Label, 'issuer'>];
        return [label, list.has(value) ? value : 'other'];
      }),
    );

  return {
    count: (name, labels = {}, by = 1) => counter(name).inc(closed(labels), by),
    time: (name, seconds, labels = {}) => histogram(name).observe(closed(labels), seconds),
    gauge(name, read) {
      new Gauge({
        ...definition(name, 'gauge'),
        registers: [registry],
        async collect() {
          let readings: readonly Reading[] = [];
          try {
            readings = await read();
          } catch {
            // A database that is away must not take the other figures along; its own absence shows.
          }
          this.reset();
          // A gauge without labels is reset to 0, which nobody has read.
          if (metricTable[name].labels.length === 0) this.remove();
          for (const { labels = {}, value } of readings) this.set(closed(labels), value);
        },
      });
    },
    announce(name, labels = [{}]) {
      for (const each of labels) counter(name).inc(closed(each), 0);
    },
    watchProcess: () => collectDefaultMetrics({ register: registry, prefix: metricPrefix, eventLoopMonitoringPrecision: 50 }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function definition(name: MetricName, is: 'counter' | 'gauge' | 'histogram'): { name: string; help: string; labelNames: string[] } {
  const { is: kind, help, labels } = metricTable[name];
  invariant(kind === is, `${name} is a ${kind}`);
  return { name: `${metricPrefix}${name}`, help, labelNames: [...labels] };
}
