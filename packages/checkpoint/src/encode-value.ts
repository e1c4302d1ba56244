import { decodeText } from './decode-value.ts'
import { deepestNesting, toRichForm } from './rich-form.ts'

/**
 * The exact codec: UTF-8 text that `decodeValue` turns into an equal value.
 *
 * Plain JSON values are plain JSON text (RFC 8259, as `JSON.stringify` writes it). What JSON cannot hold is an object with one key:
 * `{"$date": milliseconds | null}`, `{"$bigint": "decimal digits"}`, `{"$bytes": "base64"}` (RFC 4648, section 4), `{"$map": [[key, value], …]}`,
 * `{"$set": [value, …]}`, `{"$undefined": true}`, `{"$number": "NaN" | "Infinity" | "-Infinity" | "-0"}`. A key of the caller's that starts
 * with `$` gets one more `$`. A `Buffer` is bytes like any `Uint8Array`, and comes back as one.
 *
 * Everything else (class instances, objects without a prototype or from another realm, functions, symbols, accessors, hidden or symbol
 * keys, sparse arrays, arrays with extra properties, cycles, nesting beyond 1,000 levels) fails `value-not-storable`, naming the JSON pointer.
 * Two limits: an object met twice comes back as two, and properties hung onto bytes are not looked for.
 */
export function encodeValue(value: unknown): Uint8Array {
  return Buffer.from(encodeText(value), 'utf8')
}

/** {@link encodeValue} as text. */
export function encodeText(value: unknown): string {
  return copyExactly(value).text
}

/** A value as it is stored, and a copy of it as it would be read, which shares nothing with it that could be changed. */
export function copyExactly(value: unknown): { readonly text: string; readonly copy: unknown } {
  const copy = copyPlain(value, 0)
  if (copy !== notPlain) return { text: JSON.stringify(copy), copy }
  const text = JSON.stringify(toRichForm(value))
  return { text, copy: decodeText(text) }
}

/** Stands for a value that `JSON.stringify` alone would not give back exactly. */
const notPlain = Symbol('not plain JSON')

/** A deep copy of plain JSON. Calls no accessor of the value. */
function copyPlain(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : notPlain
  if (typeof value !== 'object' || depth > deepestNesting) return notPlain
  return Array.isArray(value) ? copyArray(value, depth) : copyObject(value, depth)
}

function copyArray(value: readonly unknown[], depth: number): unknown {
  if (Object.getPrototypeOf(value) !== Array.prototype) return notPlain
  // Its own keys are `length` and one for each item: fewer in a sparse array, more where there are extra properties.
  if (Reflect.ownKeys(value).length !== value.length + 1) return notPlain
  const copy: unknown[] = []
  for (let index = 0; index < value.length; index += 1) {
    const item = copyProperty(Object.getOwnPropertyDescriptor(value, index), depth)
    if (item === notPlain) return notPlain
    copy.push(item)
  }
  return copy
}

function copyObject(value: object, depth: number): unknown {
  if (Object.getPrototypeOf(value) !== Object.prototype) return notPlain
  const copy: Record<string, unknown> = {}
  for (const key of Reflect.ownKeys(value)) {
    // Assigning to `__proto__` would make no property.
    if (typeof key === 'symbol' || key.startsWith('$') || key === '__proto__') return notPlain
    const member = copyProperty(Object.getOwnPropertyDescriptor(value, key), depth)
    if (member === notPlain) return notPlain
    copy[key] = member
  }
  return copy
}

function copyProperty(property: PropertyDescriptor | undefined, depth: number): unknown {
  if (property?.enumerable !== true || !('value' in property)) return notPlain
  return copyPlain(property.value, depth + 1)
}
