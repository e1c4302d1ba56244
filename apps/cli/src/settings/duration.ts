import type { Milliseconds } from '@keepup/core'

const units: Readonly<Record<string, Milliseconds>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration as people write it: `90s`, `10m`, `2h`, `500ms`; a bare number counts seconds. `undefined` where it is none. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? []
  const milliseconds = Number(amount) * (units[unit] ?? Number.NaN)
  return milliseconds > 0 && Number.isFinite(milliseconds) ? Math.round(milliseconds) : undefined
}

/** A duration as it is typed: the longest unit that tells it in whole numbers. */
export function writeDuration(duration: Milliseconds): string {
  const [unit, length] = Object.entries(units).findLast(([, each]) => duration % each === 0) ?? ['ms', 1]
  return `${duration / length}${unit}`
}

/** A duration as people read it: `12 ms`, `1.2 s`, `3 m 05 s`, `2 h 10 m`. */
export function showDuration(duration: Milliseconds): string {
  if (duration < 1000) return `${Math.max(0, Math.round(duration))} ms`
  if (duration < 59_950) return `${(duration / 1000).toFixed(1)} s`
  const seconds = Math.round(duration / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`
}
