import { type JsonValue, KeepupError } from '@keepup/core'
import { Optional } from '@marcbachmann/cel-js'
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'

/** How many values, and how many characters of text, an expression may come to: it can name a large list once for each of its items. */
const mostValues = 1_000_000
const mostCharacters = 32_000_000

interface Budget {
  values: number
  characters: number
}

/**
 * What an expression came to, as JSON: a time becomes its ISO 8601 text, a duration its milliseconds, an absent optional null. What JSON cannot
 * hold is refused, whole numbers beyond 2^53 too: rounding would change them in silence. So is what is too large to be kept.
 *
 * @throws KeepupError `value-not-storable`
 */
export function plainValue(value: unknown): JsonValue {
  return plain(value, { values: mostValues, characters: mostCharacters })
}

function plain(value: unknown, budget: Budget): JsonValue {
  budget.values -= 1
  if (budget.values < 0) throw tooLarge(`more than ${mostValues} values`)
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return plainText(value, budget)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return plainNumber(value)
  if (typeof value === 'bigint') return plainInteger(value)
  if (typeof value === 'object') return plainObject(value, budget)
  throw notPlain(typeof value)
}

function plainText(text: string, budget: Budget): string {
  budget.characters -= text.length
  if (budget.characters < 0) throw tooLarge(`more than ${mostCharacters} characters`)
  return text
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

function plainObject(value: object, budget: Budget): JsonValue {
  if (Array.isArray(value)) return value.map((item) => plain(item, budget))
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Duration) return value.valueOf()
  if (value instanceof UnsignedInt) return plainInteger(value.valueOf())
  if (value instanceof Optional) return value.hasValue() ? plain(value.value(), budget) : null
  if (value instanceof Map) return plainEntries(value, budget)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return plainEntries(Object.entries(value), budget)
  throw notPlain(value instanceof Uint8Array ? 'bytes' : value.constructor.name)
}

function plainEntries(entries: Iterable<readonly [unknown, unknown]>, budget: Budget): JsonValue {
  return Object.fromEntries(
    Array.from(entries, ([key, value]) => [plainText(String(key), budget), plain(value, budget)]),
  )
}

function notPlain(what: string): KeepupError {
  return new KeepupError(
    'value-not-storable',
    `the expression came to ${what}, which JSON cannot hold. Make it a text, a number, a list or a map.`,
  )
}

function tooLarge(what: string): KeepupError {
  return new KeepupError(
    'value-not-storable',
    `the expression came to ${what}. Take less of the state, or use a function node.`,
  )
}
