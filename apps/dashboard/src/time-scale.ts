/** Where a moment stands on a line, in parts of its length, from 0 to 1. */
export interface TimeScale {
  readonly start: number
  readonly end: number
  at(time: number): number
}

/** A scale over moments. Everything that is still going on reaches to `now`. */
export function timeScale(
  spans: Iterable<{ readonly start: number; readonly end?: number }>,
  now: number,
): TimeScale {
  let [start, end] = [Infinity, -Infinity]
  for (const span of spans) {
    start = Math.min(start, span.start)
    end = Math.max(end, span.end ?? now)
  }
  if (start === Infinity) [start, end] = [now, now]
  const length = Math.max(1, end - start)
  return { start, end, at: (time) => Math.min(1, Math.max(0, (time - start) / length)) }
}
