import { types } from 'node:util'

const kinds = {
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
  Int16Array,
  Int32Array,
  Int8Array,
  Uint16Array,
  Uint32Array,
  Uint8ClampedArray,
} as const

/** The name of a typed array's kind, other than bytes; `undefined` for everything else, and for classes that extend one. */
export function arrayKind(value: object): string | undefined {
  if (!types.isTypedArray(value)) return undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  return Object.entries(kinds).find(([, kind]) => kind.prototype === prototype)?.[0]
}

/** A typed array of a kind from its bytes, in the order of bytes of this machine; `undefined` where there is no such kind. */
export function typedArray(kind: string, bytes: Uint8Array): unknown {
  const maker = Object.entries(kinds).find(([name]) => name === kind)?.[1]
  return maker === undefined ? undefined : new maker(Uint8Array.from(bytes).buffer)
}
