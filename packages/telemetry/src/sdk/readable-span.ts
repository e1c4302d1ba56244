import {
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'

import type { TracePlace, TraceSpan } from '../trace/trace-span.ts'

/** What tells these spans from those of other libraries. */
export const scope = { name: 'keepup', schemaUrl: 'https://opentelemetry.io/schemas/1.41.0' }

/**
 * A span as OpenTelemetry's SDK has them, with the ids that the entries give: hand it to `onEnd` of a span processor or to a span exporter. Statuses are
 * told, also that all went well, since some backends show what is not told as a warning.
 */
export function toReadableSpan(span: TraceSpan, resource: Resource): ReadableSpan {
  const { name, kind, start, end, attributes, error, moments, parent } = span
  const links: Link[] = []
  return {
    name,
    kind: kinds[kind],
    spanContext: () => contextOf(span),
    ...(parent === undefined ? {} : { parentSpanContext: contextOf(parent) }),
    startTime: hrTime(start),
    endTime: hrTime(end),
    duration: hrTime(Math.max(0, end - start)),
    ended: true,
    status:
      error === undefined ? { code: SpanStatusCode.OK } : { code: SpanStatusCode.ERROR, message: error },
    attributes,
    links,
    events: moments.map((moment) => ({
      name: moment.name,
      time: hrTime(moment.time),
      attributes: moment.attributes,
    })),
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const

function contextOf({ traceId, spanId }: TracePlace): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1e6)]
}
