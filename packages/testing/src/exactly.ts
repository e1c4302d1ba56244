import assert from 'node:assert/strict'

/** Asserts that a value came back exactly: types, signs of zero, order of keys, holes and all. */
export function exactly(actual: unknown, expected: unknown): void {
  assert.deepStrictEqual(actual, expected)
  assert.deepStrictEqual(order(actual), order(expected))
}

/** What deep equality does not look at: the order of keys, entries and members. */
function order(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), order(key), order(item)])
  if (value instanceof Set) return [...value].map((item) => [String(item), order(item)])
  if (ArrayBuffer.isView(value)) return undefined
  return Object.entries(value).map(([key, item]) => [key, order(item)])
}
