import type { Limits } from '@keepup/core'

/** The narrower of two limits, each by itself; what neither names is not limited. */
export function leastLimits(a: Limits, b: Limits): Limits {
  const names = ['turns', 'money', 'time', 'tokens'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = [a[name], b[name]].filter((limit) => limit !== undefined)
      return found.length === 0 ? [] : [[name, Math.min(...found)]]
    }),
  )
}
