import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '@corridor/schemas';
import { type Attributes, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler } from '@opentelemetry/sdk-trace-node';
import type { Span, SpanFacts, Tracing } from './tracing.ts';

/**
 * Traces by OpenTelemetry, sent as OTLP over HTTP in JSON. Nothing is registered globally: several programs in one process each have theirs.
 * @param o.endpoint base address; spans go to `/v1/traces` below it, as OTEL_EXPORTER_OTLP_ENDPOINT says (OTLP exporter specification 1.x)
 */
export function createTracing(o: { readonly name: string; readonly endpoint: string; readonly random: Random }): Tracing {
  const hex = (bytes: number): string => Buffer.from(o.random(bytes)).toString('hex');
  const exporter = new OTLPTraceExporter({ url: `${o.endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: 5_000 });
  const provider = new BasicTracerProvider({
    // The program's name and nothing of the machine.
    resource: resourceFromAttributes({ 'service.namespace': 'corridor', 'service.name': o.name }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    idGenerator: { generateTraceId: () => hex(16), generateSpanId: () => hex(8) },
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        maxQueueSize: 2_048,
        maxExportBatchSize: 256,
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: 5_000,
      }),
    ],
  });
  const tracer = provider.getTracer('corridor');
  const current = new AsyncLocalStorage<SpanContext>();

  function begin(parent: SpanContext, facts: SpanFacts): Span {
    const options = { kind: kindOf(facts), attributes: attributesOf(facts) };
    const span = tracer.startSpan(nameOf(facts), options, trace.setSpanContext(ROOT_CONTEXT, parent));
    const context = span.spanContext();
    return {
      traceparent: `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`,
      within: (work) => current.run(context, work),
      end(facts = {}) {
        span.setAttributes(attributesOf(facts));
        if (facts.route !== undefined) span.updateName(`${facts.method ?? ''} ${facts.route}`.trim());
        if (facts.code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: facts.code });
        span.end();
      },
    };
  }
  return {
    on: true,
    enter: (traceparent, facts) => begin(contextOf(traceparent), facts),
    step(facts) {
      const parent = current.getStore();
      return parent === undefined ? undefined : begin(parent, facts);
    },
    // A collector that is away keeps no program from ending.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

// The header has been checked: see `traceparentOf`.
function contextOf(traceparent: string): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function kindOf({ owner, statement }: SpanFacts): SpanKind {
  return owner === undefined && statement === undefined ? SpanKind.SERVER : SpanKind.CLIENT;
}

function nameOf({ owner, statement, method }: SpanFacts): string {
  return statement ?? (owner === undefined ? (method ?? 'request') : `ask ${owner}`);
}

/** The names of OpenTelemetry's semantic conventions, where they have one. */
function attributesOf({ method, route, status, owner, code, statement }: SpanFacts): Attributes {
  return {
    ...(method !== undefined && { 'http.request.method': method }),
    ...(route !== undefined && { 'http.route': route }),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(owner !== undefined && { 'corridor.owner': owner }),
    ...(code !== undefined && { 'error.type': code }),
    ...(statement !== undefined && { 'db.system.name': 'postgresql', 'db.query.summary': statement }),
  };
}
