import { KeepupError } from '@keepup/core'
import { z } from 'zod'

import { readSpans } from '../otlp/read-spans.ts'
import type { ToldSpan } from '../otlp/told-span.ts'
import type { ToldTrace, TraceStore } from '../otlp/trace-store.ts'
import { type Route, route } from './route.ts'

const traceId = z.string().regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits')

const toldTrace: z.ZodType<ToldTrace> = z.object({
  trace: traceId,
  name: z.string(),
  service: z.string(),
  start: z.number().meta({ description: 'In milliseconds since 1970.' }),
  end: z.number(),
  spans: z.number(),
  errors: z.number(),
})

const toldSpan: z.ZodType<ToldSpan> = z.object({
  trace: traceId,
  span: z.string(),
  parent: z.string().optional(),
  name: z.string(),
  kind: z.string(),
  start: z.number(),
  end: z.number(),
  service: z.string(),
  attributes: z.record(z.string(), z.json()),
  error: z.string().optional(),
  events: z.array(
    z.object({ name: z.string(), time: z.number(), attributes: z.record(z.string(), z.json()) }),
  ),
})

/** Traces that other programs sent here. */
export function traceRoutes(store: TraceStore): readonly Route[] {
  return [takeTraces(store), listTraces(store), readTrace(store)]
}

/** What an exporter of OpenTelemetry sends (OTLP 1.x over HTTP, JSON). Where an exporter looks for it: `/v1/traces`. */
export function takeTraces(store: TraceStore): Route {
  return route(
    {
      method: 'post',
      path: '/v1/traces',
      summary:
        'Takes spans of other programs (OTLP over HTTP, as JSON, gzip or not), here and at /v1/traces. They are kept in memory, bounded, until the server ends.',
      body: z.object({ resourceSpans: z.array(z.unknown()).default([]) }),
      answer: z.object({
        partialSuccess: z
          .object({ rejectedSpans: z.string(), errorMessage: z.string() })
          .optional()
          .meta({ description: 'Where some were not taken: how many, and why.' }),
      }),
    },
    async ({ body: { resourceSpans } }) => {
      const {
        spans,
        rejected,
        reason = 'There is no room for more of this trace.',
      } = readSpans(resourceSpans)
      const refused = rejected + store.add(spans)
      if (refused === 0) return {}
      return { partialSuccess: { rejectedSpans: String(refused), errorMessage: reason } }
    },
  )
}

function listTraces(store: TraceStore): Route {
  return route(
    {
      method: 'get',
      path: '/traces',
      summary: 'Traces that other programs sent, those that changed last first.',
      answer: z.object({ traces: z.array(toldTrace) }),
    },
    async () => ({ traces: [...store.list()] }),
  )
}

function readTrace(store: TraceStore): Route {
  return route(
    {
      method: 'get',
      path: '/traces/:trace',
      summary: 'The spans of a trace that another program sent.',
      params: z.object({ trace: traceId }),
      answer: z.object({ spans: z.array(toldSpan) }),
    },
    async ({ params: { trace } }) => {
      const spans = store.spans(trace)
      if (spans !== undefined) return { spans: [...spans] }
      throw new KeepupError(
        'thread-unknown',
        `There is no trace ${trace}: it was not sent, or made room for others.`,
      )
    },
  )
}
