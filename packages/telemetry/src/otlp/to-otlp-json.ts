import type { Attributes } from '@opentelemetry/api'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'

import { toReadableSpan } from '../sdk/readable-span.ts'
import type { TraceSpan } from '../trace/trace-span.ts'

/** Spans as one request of OTLP in its JSON form: what `/v1/traces` of a collector takes, and files of traces hold. */
export function toOtlpJson(spans: readonly TraceSpan[], attributes: Attributes = {}): string {
  const resource = resourceFromAttributes({ 'service.name': 'keepup', ...attributes })
  const bytes = JsonTraceSerializer.serializeRequest(spans.map((span) => toReadableSpan(span, resource)))
  return new TextDecoder().decode(bytes)
}
