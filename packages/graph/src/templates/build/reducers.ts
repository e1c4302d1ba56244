import type { JsonObject, JsonValue } from '@keepup/core'

import type { ReducerName } from '../schema/template.ts'

/** A reducer over JSON values, and the value that is nothing for it. */
export interface JsonReducer {
  readonly nothing: JsonValue
  readonly join?: (value: JsonValue, update: JsonValue) => JsonValue
}

/** The reducers that templates name. A value or an update of another type than they join counts as nothing. */
export const jsonReducers: Readonly<Record<ReducerName, JsonReducer>> = {
  last: { nothing: null },
  append: { nothing: [], join: (value, update) => [...listOf(value), ...listOf(update)] },
  'merge-by-id': { nothing: [], join: (value, update) => mergeById(listOf(value), listOf(update)) },
  messages: { nothing: [], join: (value, update) => mergeById(listOf(value), listOf(update)) },
  merge: { nothing: {}, join: (value, update) => ({ ...objectOf(value), ...objectOf(update) }) },
  sum: { nothing: 0, join: (value, update) => numberOf(value) + numberOf(update) },
  union: {
    nothing: [],
    join: (value, update) => {
      const items = new Map([...listOf(value), ...listOf(update)].map((item) => [canonical(item), item]))
      return [...items.values()]
    },
  },
}

/** Items with an `id` that is there already take its place; all others are appended. */
function mergeById(value: readonly JsonValue[], update: readonly JsonValue[]): readonly JsonValue[] {
  const items = new Map<JsonValue | symbol, JsonValue>()
  for (const item of [...value, ...update]) items.set(objectOf(item)['id'] ?? Symbol('without an id'), item)
  return [...items.values()]
}

function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, inner: JsonValue) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [] // the check loses that the items are JSON
}

function objectOf(value: JsonValue): JsonObject {
  return isObject(value) ? value : {}
}

function numberOf(value: JsonValue): number {
  return typeof value === 'number' ? value : 0
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
