import type { Milliseconds } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace'

import type { Profile } from '../profile.ts'
import { scope, toReadableSpan } from '../sdk/readable-span.ts'
import { countSpans } from '../sdk/span-metrics.ts'
import type { TraceSpan } from '../trace/trace-span.ts'

/** Where telemetry goes. */
export interface OtlpOptions {
  /** The address of a collector, such as `http://127.0.0.1:4318`: `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string
  readonly headers?: Readonly<Record<string, string>>
  /** Of the program: `service.name` and the like. */
  readonly resource?: Attributes
  readonly profile?: Profile
  /** How long one request may take; 10,000 when left out. */
  readonly timeout?: Milliseconds
}

/** A way to a collector. Nothing that is given to it waits, and nothing fails: what cannot be delivered in time is dropped. */
export interface Otlp {
  send(span: TraceSpan): void
  /** Sends what is left, for at most the time-out, and ends. Idempotent; never rejects. */
  close(): Promise<void>
}

/** Opens one, on OpenTelemetry's SDK: its queue is bounded, its requests are repeated as OTLP says. */
export function openOtlp({
  endpoint,
  headers = {},
  resource = {},
  profile,
  timeout = 10_000,
}: OtlpOptions): Otlp {
  const url = (path: string): string => `${endpoint.replace(/\/+$/, '')}${path}`
  const about = resourceFromAttributes({ 'service.name': 'keepup', ...resource })
  const common = { headers: { ...headers }, timeoutMillis: timeout }
  const spans = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: url('/v1/traces'), ...common }),
    scheduledDelayMillis: 1000,
    exportTimeoutMillis: timeout,
  })
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: url('/v1/metrics'), ...common }),
    exportTimeoutMillis: timeout,
    exportIntervalMillis: Math.max(timeout, 60_000),
  })
  const meters = new MeterProvider({ resource: about, readers: [reader] })
  const count = countSpans(meters.getMeter(scope.name), profile)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.allSettled([spans.shutdown(), meters.shutdown({ timeoutMillis: timeout })])
  }
  return {
    send(span) {
      spans.onEnd(toReadableSpan(span, about))
      count(span)
    },
    close: () => (closing ??= close()),
  }
}
