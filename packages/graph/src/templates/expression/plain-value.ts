import { type JsonValue, KeepupError } from '@keepup/core'
import { Optional } from '@marcbachmann/cel-js'
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'

/**
 * What an expression came to, as JSON: a time becomes its ISO 8601 text, a duration its milliseconds, an absent optional null. What JSON cannot
 * hold is refused, whole numbers beyond 2^53 too: rounding would change them in silence.
 *
 * @throws KeepupError `value-not-storable`
 */
export function plainValue(value: unknown): JsonValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return plainNumber(value)
  if (typeof value === 'bigint') return plainInteger(value)
  if (typeof value === 'object') return plainObject(value)
  throw notPlain(typeof value)
}

function plainNumber(value: number): number {
  if (Number.isFinite(value)) return value
  throw notPlain(String(value))
}

function plainInteger(value: bigint): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw notPlain(`the whole number ${value}`)
}

function plainObject(value: object): JsonValue {
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Duration) return value.valueOf()
  if (value instanceof UnsignedInt) return plainInteger(value.valueOf())
  if (value instanceof Optional) return value.hasValue() ? plainValue(value.value()) : null
  if (value instanceof Map) return plainEntries(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return plainEntries(Object.entries(value))
  throw notPlain(value instanceof Uint8Array ? 'bytes' : value.constructor.name)
}

function plainEntries(entries: Iterable<readonly [unknown, unknown]>): JsonValue {
  return Object.fromEntries(Array.from(entries, ([key, value]) => [String(key), plainValue(value)]))
}

function notPlain(what: string): KeepupError {
  return new KeepupError(
    'value-not-storable',
    `the expression came to ${what}, which JSON cannot hold. Make it a text, a number, a list or a map.`,
  )
}
