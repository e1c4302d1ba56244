import type { JsonValue } from '@keepup/core'

/** Whether Python takes a value for true. */
export function isTrue(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

/** A list, or nothing where the value is none. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [] // the check loses that the items are JSON
}

/** An object, or nothing where the value is none. */
export function objectOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>) // the check loses that it is no list
    : {}
}

/** A text, or JSON of anything else. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Whether two values are the same JSON. */
export function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return canonical(one ?? null) === canonical(other ?? null)
}

function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, inner: JsonValue) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
