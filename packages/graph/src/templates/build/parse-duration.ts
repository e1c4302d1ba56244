import type { Milliseconds } from '@keepup/core'

const units: Readonly<Record<string, Milliseconds>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** The length of a time that is written like `90s` or `7d`. */
export function parseDuration(text: string): Milliseconds {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  return Math.round(Number(number) * (units[unit] ?? Number.NaN))
}
