import type { JsonObject, JsonValue } from '@keepup/core'

import { fieldOf, objectOf } from '../transport/json-field.ts'

/** OpenRouter's `reasoning_details` with the next pieces joined on: pieces of the same index and type are one block, its texts grow. */
export function mergedDetails(
  known: readonly JsonValue[],
  pieces: readonly JsonValue[],
): readonly JsonValue[] {
  const merged = [...known]
  for (const piece of pieces) {
    const last = merged.at(-1)
    const same =
      last !== undefined &&
      fieldOf(last, 'type') === fieldOf(piece, 'type') &&
      fieldOf(last, 'index') === fieldOf(piece, 'index')
    if (same && fieldOf(piece, 'index') !== undefined)
      merged[merged.length - 1] = joined(objectOf(last) ?? {}, objectOf(piece) ?? {})
    else merged.push(piece)
  }
  return merged
}

function joined(block: JsonObject, piece: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = { ...block }
  for (const [name, value] of Object.entries(piece)) {
    const before = block[name]
    if (growing.has(name) && typeof before === 'string' && typeof value === 'string')
      result[name] = before + value
    else if (value !== null) result[name] = value
  }
  return result
}

const growing = new Set(['text', 'summary', 'data'])
