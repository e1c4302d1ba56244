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

/** Whether `JSON.stringify` alone is exact. Calls no accessor of the value. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || depth > deepestNesting) return false
  return Array.isArray(value) ? isPlainArray(value, depth) : isPlainObject(value, depth)
}

function isPlainArray(value: readonly unknown[], depth: number): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype) return false
  // Its own keys are `length` and one for each item: fewer in a sparse array, more where there are extra properties.
  if (Reflect.ownKeys(value).length !== value.length + 1) return false
  for (let index = 0; index < value.length; index += 1) {
    if (!isPlainProperty(Object.getOwnPropertyDescriptor(value, index), depth)) return false
  }
  return true
}

function isPlainObject(value: object, depth: number): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol' || key.startsWith('$')) return false
    if (!isPlainProperty(Object.getOwnPropertyDescriptor(value, key), depth)) return false
  }
  return true
}

function isPlainProperty(property: PropertyDescriptor | undefined, depth: number): boolean {
  return property?.enumerable === true && 'value' in property && isPlain(property.value, depth + 1)
}
