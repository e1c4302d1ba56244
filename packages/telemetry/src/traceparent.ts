import type { TracePlace } from './trace/trace-span.ts'

/** A place as a `traceparent` header tells it (W3C Trace Context, section 3.2), always sampled. */
export function toTraceparent({ traceId, spanId }: TracePlace): string {
  return `00-${traceId}-${spanId}-01`
}

/** The place that a `traceparent` header tells; nothing where it is none, as the recommendation asks of whoever reads one. */
export function readTraceparent(header: string | null | undefined): TracePlace | undefined {
  const found = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(header?.trim() ?? '')
  if (found === null) return undefined
  const [, version, traceId = '', spanId = '', more] = found
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId }
}
