import type { JsonObject, JsonValue } from '@keepup/core'

/** `value` as a JSON object, or undefined for anything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // What JSON.parse made can hold nothing but JSON.
  return value as JsonObject
}

/** `value` as a list, empty for anything else. */
export function listOf(value: unknown): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}

/** `value` as text that is not empty, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `value` as a whole number of things, or undefined: providers leave counts out, send null, or send text. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}

/** The value behind a chain of keys, or undefined where one is missing. */
export function fieldOf(value: unknown, ...keys: readonly string[]): JsonValue | undefined {
  let found: unknown = value
  for (const key of keys) found = objectOf(found)?.[key]
  // As above: members of parsed JSON are JSON.
  return found as JsonValue | undefined
}
