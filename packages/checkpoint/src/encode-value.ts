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
  return JSON.stringify(isPlain(value, 0) ? value : toRichForm(value))
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
  if (!isPlainArray(value)) return notPlain
  const copy: unknown[] = []
  for (let index = 0; index < value.length; index += 1) {
    const property = Object.getOwnPropertyDescriptor(value, index)
    const item = isPlainProperty(property) ? copyPlain(property.value, depth + 1) : notPlain
    if (item === notPlain) return notPlain
    copy.push(item)
  }
  return copy
}

function copyObject(value: object, depth: number): unknown {
  if (Object.getPrototypeOf(value) !== Object.prototype) return notPlain
  const copy: Record<string, unknown> = {}
  for (const key of Reflect.ownKeys(value)) {
    if (!isPlainKey(key)) return notPlain
    const property = Object.getOwnPropertyDescriptor(value, key)
    const member = isPlainProperty(property) ? copyPlain(property.value, depth + 1) : notPlain
    if (member === notPlain) return notPlain
    copy[key] = member
  }
  return copy
}

/** Whether {@link copyPlain} would copy it: nothing is made where no copy is needed. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return copyPlain(value, depth) !== notPlain
  if (depth > deepestNesting) return false
  if (Array.isArray(value)) return isPlainArray(value) && hasPlainItems(value, depth)
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const key of Reflect.ownKeys(value))
    if (!isPlainKey(key) || !isPlainAt(value, key, depth)) return false
  return true
}

/** No method of arrays would do: they pass over holes. */
function hasPlainItems(value: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < value.length; index += 1) if (!isPlainAt(value, index, depth)) return false
  return true
}

function isPlainAt(value: object, key: string | number, depth: number): boolean {
  const property = Object.getOwnPropertyDescriptor(value, key)
  return isPlainProperty(property) && isPlain(property.value, depth + 1)
}

/** Its own keys are `length` and one for each item: fewer in a sparse array, more where there are extra properties. */
function isPlainArray(value: readonly unknown[]): boolean {
  return (
    Object.getPrototypeOf(value) === Array.prototype && Reflect.ownKeys(value).length === value.length + 1
  )
}

/** Assigning to `__proto__` would make no property. */
function isPlainKey(key: string | symbol): key is string {
  return typeof key === 'string' && !key.startsWith('$') && key !== '__proto__'
}

function isPlainProperty(property: PropertyDescriptor | undefined): property is PropertyDescriptor {
  return property?.enumerable === true && 'value' in property
}
