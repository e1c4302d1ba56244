import type { ObservedCall } from '@keepup/core'

import type { TraceSpan } from './trace/trace-span.ts'
import { readTraceparent } from './traceparent.ts'

/**
 * A call between agents as a span: `SendMessage`, of kind client where it was made and server where it was answered, with the attributes that OpenTelemetry's conventions
 * have for A2A. Nothing where the call does not say where it stands.
 */
export function callSpan(call: ObservedCall): TraceSpan | undefined {
  const { side, method, start, end, attributes, error } = call
  const place = readTraceparent(call.traceparent)
  if (place === undefined) return undefined
  const parent = readTraceparent(call.under)
  const told = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ])
  return {
    ...place,
    ...(parent === undefined ? {} : { parent }),
    name: method,
    kind: side,
    start,
    end,
    attributes: {
      ...Object.fromEntries(told),
      ...(error === undefined ? {} : { 'error.type': error }),
    },
    ...(error === undefined ? {} : { error }),
    moments: [],
  }
}
