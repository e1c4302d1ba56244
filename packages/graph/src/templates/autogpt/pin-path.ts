import type { JsonValue } from '@keepup/core'

/** A pin of a block, and the way into its value: `values_#_name` is the key `name` of `values`, `input_$_0` the first item of `input`. */
export interface PinPath {
  readonly pin: string
  readonly path: readonly (string | number)[]
}

/** The marks that AutoGPT puts between the parts of a pin's name: of a key, an item, an attribute. */
const marks = /_(#|\$|@)_/

/** Reads the name of a pin. */
export function pinPath(name: string): PinPath {
  const [pin = '', ...rest] = name.split(marks)
  const path: (string | number)[] = []
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const part = rest[index + 1] ?? ''
    path.push(rest[index] === '$' ? Number(part) : part)
  }
  return { pin, path }
}

/** A value with another one put at a path in it; what stands in the way gives way. */
export function putAt(
  value: JsonValue | undefined,
  path: readonly (string | number)[],
  inner: JsonValue,
): JsonValue {
  const [first, ...rest] = path
  if (first === undefined) return inner
  if (typeof first === 'number') {
    const list: readonly JsonValue[] = Array.isArray(value) ? value : []
    const length = Math.min(Math.max(list.length, first + 1), 10_000)
    return Array.from({ length }, (_, index) =>
      index === first ? putAt(list[index], rest, inner) : (list[index] ?? null),
    )
  }
  const fields =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
  const own = new Map<string, JsonValue>(fields)
  return Object.fromEntries(own.set(first, putAt(own.get(first), rest, inner)))
}
