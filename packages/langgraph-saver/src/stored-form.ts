import { types } from 'node:util'

import { isDeltaSnapshot } from '@langchain/langgraph-checkpoint'

import { errorForm } from './error-form.ts'
import { lastingRecord } from './langchain-record.ts'
import { notStorable } from './not-storable.ts'
import { arrayKind } from './typed-array.ts'

/**
 * What a value is stored as: what the codec of `@keepup/checkpoint` gives back exactly, and for everything else an object with the one key `@`, whose
 * value is a kind and its parts. A key of the caller's that starts with `@` gets one more. Never changed once made.
 */
export type Form = unknown

/** The forms that stand for what the codec does not know. */
export type Tag =
  | readonly ['array', kind: string, bytes: Uint8Array]
  | readonly ['buffer', bytes: Uint8Array]
  | readonly ['error', kind: string, members: readonly (readonly [string, boolean, Form])[]]
  | readonly ['langchain', record: string]
  | readonly ['regexp', source: string, flags: string, lastIndex: number]
  | readonly ['snapshot', value: Form]
  | readonly ['url', text: string]
  | readonly ['write', sequence: number, index: number, item?: number]

/** An object that stands for a value. */
export interface Tagged {
  readonly '@': Tag
}

/** How deep a value may nest; the codec stops at 1,000, and entries put a few levels around it. */
const deepest = 900

/**
 * The form of a value. Fails `value-not-storable`, with the JSON Pointer of the part, where the value could not be given back exactly: instances of one's
 * own classes, functions, symbols, accessors, holes in arrays, cycles.
 *
 * LangChain's serializable objects (messages, documents) are kept as LangChain's own record of them. LangGraph's `Send`, `Command` and `Overwrite` are kept as
 * the plain objects that LangGraph itself makes of them.
 */
export function formOf(value: unknown, path: readonly (string | number)[] = []): Form {
  if (typeof value === 'function' || typeof value === 'symbol') throw notStorable(path, `a ${typeof value}`)
  if (typeof value !== 'object' || value === null) return value
  if (path.length > deepest) throw notStorable(path, `nested deeper than ${deepest} levels, or in itself`)
  if (Array.isArray(value)) return listForm(value, path)
  if (Object.getPrototypeOf(value) === Object.prototype) return recordForm(value, path)
  return objectForm(value, path)
}

/** The key as it is stored; its own inverse is {@link plainKey}. */
export function storedKey(key: string): string {
  // Asked for each member of each value.
  return key.codePointAt(0) === 0x40 ? `@${key}` : key
}

/** The key that was stored. */
export function plainKey(key: string): string {
  return key.startsWith('@') ? key.slice(1) : key
}

/** Whether a form stands for something else: no caller's key is `@` alone. */
export function isTagged(form: object): form is Tagged {
  return '@' in form
}

function listForm(value: readonly unknown[], path: readonly (string | number)[]): Form {
  if (Object.getPrototypeOf(value) !== Array.prototype) throw notStorable(path, 'an array of another class')
  if (Reflect.ownKeys(value).length !== value.length + 1) {
    throw notStorable(path, 'an array with holes or with extra properties')
  }
  return Array.from({ length: value.length }, (_, key) => memberForm(value, key, path))
}

function recordForm(value: object, path: readonly (string | number)[]): Form {
  // `fromEntries` defines properties, so that a key named `__proto__` stays one.
  return Object.fromEntries(
    Reflect.ownKeys(value).map((key) => {
      if (typeof key === 'symbol') throw notStorable(path, `an object with the key ${String(key)}`)
      return [storedKey(key), memberForm(value, key, path)]
    }),
  )
}

function memberForm(holder: object, key: string | number, path: readonly (string | number)[]): Form {
  const property = Object.getOwnPropertyDescriptor(holder, key)
  const inside = [...path, key]
  if (property === undefined) throw notStorable(inside, 'a hole in an array')
  if (!('value' in property)) throw notStorable(inside, 'an accessor')
  if (property.enumerable !== true) throw notStorable(inside, 'a hidden (not enumerable) property')
  return formOf(property.value, inside)
}

function objectForm(value: object, path: readonly (string | number)[]): Form {
  const form = bytesForm(value) ?? builtInForm(value, path) ?? frameworkForm(value, path)
  if (form !== undefined) return form
  throw notStorable(path, describe(value))
}

function bytesForm(value: object): Form {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (types.isUint8Array(value)) {
    // A copy: the caller may write into its own until the entry is written.
    const bytes = Uint8Array.from(value)
    if (prototype === Uint8Array.prototype) return bytes
    return prototype === Buffer.prototype ? tagged(['buffer', bytes]) : undefined
  }
  const kind = arrayKind(value)
  if (kind === undefined) return undefined
  return tagged(['array', kind, Uint8Array.from(new Uint8Array(...bytesOf(value)))])
}

function bytesOf(value: object): [ArrayBufferLike, number, number] {
  // Only asked for what `arrayKind` knows: views on a buffer.
  const { buffer, byteOffset, byteLength } = value as ArrayBufferView
  return [buffer, byteOffset, byteLength]
}

function builtInForm(value: object, path: readonly (string | number)[]): Form {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (value instanceof Error) return errorForm(value, (part, key) => formOf(part, [...path, key]))
  const keys = Reflect.ownKeys(value).length
  if (types.isRegExp(value) && prototype === RegExp.prototype && keys === 1) {
    return tagged(['regexp', value.source, value.flags, value.lastIndex])
  }
  if (keys > 0) return undefined
  if (types.isDate(value) && prototype === Date.prototype) return new Date(value.getTime())
  if (value instanceof URL && prototype === URL.prototype) return tagged(['url', value.href])
  return collectionForm(value, prototype, path)
}

function collectionForm(value: object, prototype: unknown, path: readonly (string | number)[]): Form {
  const inside = (part: unknown, key: number): Form => formOf(part, [...path, key])
  if (types.isSet(value) && prototype === Set.prototype) return new Set([...value].map(inside))
  if (!types.isMap(value) || prototype !== Map.prototype) return undefined
  return new Map([...value].map(([key, item], at) => [inside(key, at), inside(item, at)]))
}

/** What LangChain and LangGraph know how to write down themselves. */
function frameworkForm(value: object, path: readonly (string | number)[]): Form {
  // By its name: the graph may run on another copy of the package.
  if (isDeltaSnapshot(value)) {
    return tagged(['snapshot', formOf(value.value, [...path, 'value'])])
  }
  if ('lc_serializable' in value) return tagged(['langchain', JSON.stringify(lastingRecord(value, path))])
  const isCarrier = 'lg_name' in value && typeof value.lg_name === 'string'
  const plain = isCarrier ? plainCarrier(value) : undefined
  return plain === undefined ? undefined : formOf(plain, path)
}

/** What LangGraph makes of its own carriers when it writes them down. */
function plainCarrier(value: object): object | undefined {
  if ('node' in value && 'args' in value && Reflect.get(value, 'lg_name') === 'Send') {
    const timeout: unknown = Reflect.get(value, 'timeout')
    return { node: value.node, args: value.args, ...(timeout === undefined ? {} : { timeout }) }
  }
  const plain: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : undefined
  const isPlain = typeof plain === 'object' && plain !== null
  return isPlain && Object.getPrototypeOf(plain) === Object.prototype ? plain : undefined
}

function tagged(tag: Tag): Tagged {
  return { '@': tag }
}

function describe(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return 'an object without a prototype'
  const maker: unknown = typeof prototype === 'object' ? Reflect.get(prototype, 'constructor') : undefined
  const name = typeof maker === 'function' ? maker.name : ''
  return name === '' ? 'an object with a prototype of its own' : `an instance of ${name}, or extends one`
}
