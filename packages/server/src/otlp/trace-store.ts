import type { ToldSpan } from './told-span.ts'

/** How much is kept of the traces of others. */
export interface TraceBounds {
  readonly traces: number
  /** Of one trace. */
  readonly spans: number
  /** Of all, as JSON. */
  readonly bytes: number
}

/** @limit How much is kept of the traces of others, in this process alone. */
const defaultBounds: TraceBounds = { traces: 200, spans: 10_000, bytes: 64 * 1024 * 1024 }

/** A trace in a list. */
export interface ToldTrace {
  readonly trace: string
  /** Of the span without a parent, or of the first. */
  readonly name: string
  readonly service: string
  readonly start: number
  readonly end: number
  readonly spans: number
  readonly errors: number
}

interface KeptTrace {
  readonly spans: Map<string, ToldSpan>
  bytes: number
}

/** Traces of other programs, bounded: the one that nothing was added to for the longest time goes first. They end with the process. */
export interface TraceStore {
  /** Keeps spans; the same one again takes the place of the one before. Gives how many there was no room for. */
  add(spans: readonly ToldSpan[]): number
  /** The last changed first. */
  list(): readonly ToldTrace[]
  spans(trace: string): readonly ToldSpan[] | undefined
}

/** Makes an empty store. */
export function traceStore(bounds: TraceBounds = defaultBounds): TraceStore {
  const traces = new Map<string, KeptTrace>()
  let bytes = 0
  const forget = (trace: string): void => {
    bytes -= traces.get(trace)?.bytes ?? 0
    traces.delete(trace)
  }
  const addOne = (span: ToldSpan): boolean => {
    const kept = traces.get(span.trace) ?? { spans: new Map<string, ToldSpan>(), bytes: 0 }
    const known = kept.spans.get(span.span)
    if (known === undefined && kept.spans.size >= bounds.spans) return false
    const grown = sizeOf(span) - (known === undefined ? 0 : sizeOf(known))
    if (kept.bytes + grown > bounds.bytes) return false
    kept.spans.set(span.span, span)
    kept.bytes += grown
    bytes += grown
    // The last changed stands last.
    traces.delete(span.trace)
    traces.set(span.trace, kept)
    for (const [oldest] of traces) {
      if (traces.size <= bounds.traces && bytes <= bounds.bytes) break
      forget(oldest)
    }
    return true
  }
  return {
    add: (spans) => spans.filter((span) => !addOne(span)).length,
    list: () => [...traces].map(([trace, { spans }]) => summary(trace, [...spans.values()])).toReversed(),
    spans: (trace) => {
      const kept = traces.get(trace)
      return kept === undefined ? undefined : [...kept.spans.values()]
    },
  }
}

function summary(trace: string, spans: readonly ToldSpan[]): ToldTrace {
  const root = spans.find(({ parent }) => parent === undefined) ?? spans[0]
  let [start, end, errors] = [Infinity, -Infinity, 0]
  for (const span of spans) {
    start = Math.min(start, span.start)
    end = Math.max(end, span.end)
    if (span.error !== undefined) errors += 1
  }
  return {
    trace,
    name: root?.name ?? '',
    service: root?.service ?? '',
    start,
    end,
    spans: spans.length,
    errors,
  }
}

function sizeOf(span: ToldSpan): number {
  return JSON.stringify(span).length
}
