import { KeepupError } from '@keepup/core'

type Inner = (item: unknown, key: string | number) => unknown

/** A deep copy that is the same in every respect, or `value-not-storable`. What a codec does, without bytes. */
export function exactCopy(value: unknown, pointer = '', depth = 0): unknown {
  if (typeof value === 'function' || typeof value === 'symbol' || depth > 1_000) throw notStorable(pointer)
  if (typeof value !== 'object' || value === null) return value
  const inner: Inner = (item, key) => exactCopy(item, `${pointer}/${escaped(key)}`, depth + 1)
  switch (Object.getPrototypeOf(value)) {
    case Array.prototype:
    case Object.prototype:
      return copyFields(value, inner, pointer)
    default:
      return copyRich(value, inner) ?? raise(notStorable(pointer))
  }
}

function copyRich(value: object, inner: Inner): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  const is = (kind: { readonly prototype: unknown }): boolean => prototype === kind.prototype
  if (value instanceof Uint8Array && (is(Uint8Array) || is(Buffer))) return Uint8Array.from(value)
  if (value instanceof Date && is(Date)) return new Date(value)
  if (value instanceof Set && is(Set)) return new Set([...value].map((item, index) => inner(item, index)))
  if (!(value instanceof Map) || !is(Map)) return undefined
  return new Map([...value].map(([key, item], index) => [inner(key, index), inner(item, index)]))
}

function copyFields(value: object, inner: Inner, pointer: string): unknown {
  const keys = Reflect.ownKeys(value).filter((key) => !(Array.isArray(value) && key === 'length'))
  if (Array.isArray(value) && keys.length !== value.length) throw notStorable(pointer)
  const copy: object = Array.isArray(value) ? [] : {}
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key) ?? {}
    const plain = property.enumerable && 'value' in property
    if (typeof key === 'symbol' || !plain) throw notStorable(`${pointer}/${String(key)}`)
    const field = { value: inner(property.value, key), enumerable: true, writable: true, configurable: true }
    Object.defineProperty(copy, key, field)
  }
  return copy
}

function escaped(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

function raise(error: Error): never {
  throw error
}

function notStorable(pointer: string): KeepupError {
  return new KeepupError('value-not-storable', `The value at "${pointer}" cannot be given back exactly.`)
}
