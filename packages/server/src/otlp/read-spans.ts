import type { JsonValue } from '@keepup/core'
import { z } from 'zod'

import type { ToldAttributes, ToldSpan } from './told-span.ts'

/** @limit How many attributes of a span, and events, are kept. */
const mostParts = 128
/** @limit In characters: longer texts of spans are cut. */
const longestText = 16_384
/** @limit How deep a value of an attribute may be nested. */
const deepest = 8

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']

const attribute = z.object({ key: z.string().max(256), value: z.unknown() })
const attributes = z.array(attribute).default([])
const nanoseconds = z.union([z.string().regex(/^\d{1,20}$/), z.number().nonnegative().max(1e20)])
const spanShape = z.object({
  traceId: z.string().regex(/^(?!0{32})[0-9a-f]{32}$/i),
  spanId: z.string().regex(/^(?!0{16})[0-9a-f]{16}$/i),
  parentSpanId: z
    .string()
    .regex(/^(?:[0-9a-f]{16})?$/i)
    .default(''),
  name: z.string(),
  kind: z.number().default(0),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: z
    .array(z.object({ name: z.string(), timeUnixNano: nanoseconds.default(0), attributes }))
    .default([]),
  status: z.object({ code: z.number().default(0), message: z.string().default('') }).optional(),
})
const groupShape = z.object({
  resource: z.object({ attributes }).optional(),
  scopeSpans: z.array(z.object({ spans: z.array(z.unknown()).default([]) })).default([]),
})

/** Spans that could be read, and how many could not, with the reason of the first. */
export interface ReadSpans {
  readonly spans: readonly ToldSpan[]
  readonly rejected: number
  readonly reason?: string
}

/** Reads the `resourceSpans` of a request of OTLP in JSON (opentelemetry-proto 1.x). A span that does not fit costs itself alone. */
export function readSpans(groups: readonly unknown[]): ReadSpans {
  const spans: ToldSpan[] = []
  const refused: string[] = []
  for (const group of groups) {
    const read = groupShape.safeParse(group)
    if (!read.success) {
      refused.push(z.prettifyError(read.error))
      continue
    }
    const resource = toldAttributes(read.data.resource?.attributes ?? [])
    const service = textOf(resource['service.name'] ?? 'unknown')
    for (const each of read.data.scopeSpans.flatMap((scope) => scope.spans)) {
      const span = spanShape.safeParse(each)
      if (span.success) spans.push(toldSpan(span.data, service))
      else refused.push(z.prettifyError(span.error))
    }
  }
  const [reason] = refused
  return { spans, rejected: refused.length, ...(reason === undefined ? {} : { reason: cut(reason) }) }
}

function toldSpan(span: z.output<typeof spanShape>, service: string): ToldSpan {
  const start = milliseconds(span.startTimeUnixNano)
  const parent = span.parentSpanId.toLowerCase()
  const { code = 0, message = '' } = span.status ?? {}
  return {
    trace: span.traceId.toLowerCase(),
    span: span.spanId.toLowerCase(),
    ...(parent === '' || /^0+$/.test(parent) ? {} : { parent }),
    name: cut(span.name),
    kind: kinds[span.kind] ?? 'internal',
    start,
    end: Math.max(start, milliseconds(span.endTimeUnixNano)),
    service: cut(service),
    attributes: toldAttributes(span.attributes),
    ...(code === 2 ? { error: message === '' ? 'error' : cut(message) } : {}),
    events: span.events.slice(0, mostParts).map((event) => ({
      name: cut(event.name),
      time: milliseconds(event.timeUnixNano),
      attributes: toldAttributes(event.attributes),
    })),
  }
}

function toldAttributes(given: readonly z.output<typeof attribute>[]): ToldAttributes {
  return Object.fromEntries(given.slice(0, mostParts).map(({ key, value }) => [key, plain(value, 0)]))
}

/** An `AnyValue` as JSON: whole numbers come as texts there. */
function plain(value: unknown, depth: number): JsonValue {
  const [entry] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (entry === undefined || depth > deepest) return null
  const [kind, held] = entry as readonly [string, unknown] // of an object
  switch (kind) {
    case 'intValue':
    case 'doubleValue': {
      const number = Number(held)
      return Number.isFinite(number) ? number : String(held)
    }
    case 'boolValue':
      return held === true
    case 'arrayValue':
      return itemsOf(held).map((item) => plain(item, depth + 1))
    case 'kvlistValue': {
      const pairs = z.array(attribute).safeParse(itemsOf(held))
      return Object.fromEntries((pairs.data ?? []).map((pair) => [pair.key, plain(pair.value, depth + 1)]))
    }
    default:
      return cut(String(held))
  }
}

function itemsOf(held: unknown): readonly unknown[] {
  const found = z.object({ values: z.array(z.unknown()) }).safeParse(held)
  return (found.data?.values ?? []).slice(0, mostParts)
}

/** Nanoseconds since 1970 are no exact number any more, so that only microseconds are made one. */
function milliseconds(time: number | string): number {
  return Number(BigInt(typeof time === 'number' ? Math.floor(time) : time) / 1000n) / 1000
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function cut(text: string): string {
  return text.length <= longestText
    ? text
    : `${text.slice(0, longestText)} [cut: ${text.length - longestText} more]`
}
