import type { JsonObject, JsonValue } from '@keepup/core'

/** @limit In levels: a definition that is nested deeper is never offered. */
const deepest = 64
/** @limit In values: a definition with more is never offered. */
const mostValues = 20_000
/** @limit In characters of text and names: a longer definition is never offered. */
const mostText = 400_000

/** Why a definition is too large to be looked at; `undefined` where it is not. Takes a time that is bounded too. */
export function boundsFault(definition: JsonObject): string | undefined {
  const waiting: { readonly value: JsonValue; readonly depth: number }[] = [{ value: definition, depth: 0 }]
  let values = 0
  let text = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next
    if (++values > mostValues) return `it has more than ${mostValues} values`
    if (typeof value === 'string') text += value.length
    if (text > mostText) return `it has more than ${mostText} characters`
    if (typeof value !== 'object' || value === null) continue
    if (depth === deepest) return `it is nested deeper than ${deepest} levels`
    const entries = Object.entries(value)
    if (entries.length > mostValues) return `it has more than ${mostValues} values`
    for (const [key, each] of entries) {
      if (!Array.isArray(value)) text += key.length
      waiting.push({ value: each, depth: depth + 1 })
    }
  }
  return undefined
}
