import type { Fetch, FetchMiddleware } from '@keepup/core'

import type { TracePlace } from './trace/trace-span.ts'
import { toTraceparent } from './traceparent.ts'

/** Tells every request which span it belongs to, where there is one and it says nothing itself: for servers of MCP and agents elsewhere. */
export function traceContext(current: () => TracePlace | undefined): FetchMiddleware {
  return (next: Fetch): Fetch =>
    async (input, init) => {
      const place = current()
      if (place === undefined) return next(input, init)
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
      if (!headers.has('traceparent')) headers.set('traceparent', toTraceparent(place))
      return next(input, { ...init, headers })
    }
}
