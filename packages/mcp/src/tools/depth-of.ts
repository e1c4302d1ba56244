import type { JsonValue } from '@keepup/core'

/** How deep a value is nested, as far as `most` levels and one more: what is deeper could not even be written down again. */
export function depthOf(value: JsonValue, most: number): number {
  if (most < 0 || typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const each of Object.values(value)) {
    deepest = Math.max(deepest, depthOf(each, most - 1))
    if (deepest > most) break
  }
  return deepest + 1
}
