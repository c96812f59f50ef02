import { type Clock, CorridorError, type Random } from '@corridor/schemas';
import { z } from 'zod';
import { openAdmin } from './admin.ts';
import type { ReadyCheck } from './health.ts';
import type { Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { noTracing, type Tracing } from './tracing.ts';

/** Where operators look at a program, and where its traces go. */
export type OperationsSettings = {
  readonly adminHost: string;
  readonly adminPort: number;
  /** Base address of an OTLP/HTTP collector; without one nothing is sent to anybody. */
  readonly traceEndpoint?: string | undefined;
};

/** What a program's operators see of it: metrics, traces, and the listener that serves health in detail. */
export type Operations = {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Opens the admin listener, where the settings name one. @throws PORT_TAKEN */
  open(ready: () => Promise<ReadyCheck[]>): Promise<void>;
  /** URL of the admin listener once it is open. */
  readonly adminUrl: string | undefined;
  /** Ends the listener and sends the spans that wait. */
  close(): Promise<void>;
};

/** The part of a program's environment that concerns its operators, to be spread into its schema. */
export const operationsEnvironment = {
  ADMIN_HOST: z.string().default('127.0.0.1'),
  ADMIN_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
} as const;

/**
 * The settings in that environment: the admin port is the program's port + 100 unless it is set; with port 0 any free one.
 * @throws CONFIG_INVALID when the port + 100 is no port
 */
export function operationsSettings(read: {
  readonly PORT: number;
  readonly ADMIN_HOST: string;
  readonly ADMIN_PORT?: number | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
}): OperationsSettings {
  const adminPort = read.ADMIN_PORT ?? (read.PORT === 0 ? 0 : read.PORT + adminOffset);
  if (adminPort > 65_535) throw new CorridorError('CONFIG_INVALID', { detail: `ADMIN_PORT: PORT + ${adminOffset} is no port` });
  return { adminHost: read.ADMIN_HOST, adminPort, traceEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT };
}

/** How far the admin port lies from the program's. */
export const adminOffset = 100;

/** Puts them together. Without settings there is no listener and no trace, but everything is counted. */
export async function createOperations(o: {
  readonly name: string;
  readonly settings: OperationsSettings | undefined;
  readonly issuers?: readonly { readonly issuer: string }[];
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<Operations> {
  const { name, settings, log, clock, random } = o;
  const metrics = createMetrics({ issuers: (o.issuers ?? []).map(({ issuer }) => issuer) });
  const tracing = settings?.traceEndpoint === undefined ? noTracing : await tracingTo(settings.traceEndpoint, name, random);
  let admin: { readonly url: string; close(): Promise<void> } | undefined;
  return {
    metrics,
    tracing,
    get adminUrl() {
      return admin?.url;
    },
    async open(ready) {
      if (settings === undefined) return;
      metrics.watchProcess();
      admin = await openAdmin({ name, host: settings.adminHost, port: settings.adminPort, metrics, ready, log, clock, random });
      log.info({ url: admin.url, traces: tracing.on }, 'operators are answered');
    },
    async close() {
      await admin?.close();
      await tracing.close();
    },
  };
}

// Loaded only where traces are asked for: it takes longer to load than the rest of a program's start.
async function tracingTo(endpoint: string, name: string, random: Random): Promise<Tracing> {
  const { createTracing } = await import('./otlp-tracing.ts');
  return createTracing({ name, endpoint, random });
}
