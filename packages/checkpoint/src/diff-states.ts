import { isDeepStrictEqual } from 'node:util'

import type { JsonPointer } from '@keepup/core'

/** One difference between two states. */
export type StateChange = { readonly pointer: JsonPointer } & (
  | { readonly type: 'added'; readonly after: unknown }
  | { readonly type: 'removed'; readonly before: unknown }
  | { readonly type: 'changed'; readonly before: unknown; readonly after: unknown }
)

/** The parts of a value by key, as far as it has parts. */
type Parts = ReadonlyMap<string, unknown>

/**
 * How one state became another, by JSON Pointer: parts that are there only before or only after, and leaves that differ. Lists (and everything else that
 * can be iterated) are compared by index, records and maps by key. Parts that the two share by reference are not looked into, so that
 * the cost follows what differs where states share structure.
 */
export function diffStates(
  before: unknown,
  after: unknown,
  pointer: JsonPointer = '',
): readonly StateChange[] {
  if (Object.is(before, after)) return []
  const old = partsOf(before)
  const now = partsOf(after)
  if (old === undefined || now === undefined || isList(before) !== isList(after)) {
    return isDeepStrictEqual(before, after) ? [] : [{ pointer, type: 'changed', before, after }]
  }
  const keys = new Set([...old.keys(), ...now.keys()])
  return [...keys].flatMap((key) => diffPart(old, now, key, `${pointer}/${escapeKey(key)}`))
}

function diffPart(old: Parts, now: Parts, key: string, pointer: JsonPointer): readonly StateChange[] {
  if (!old.has(key)) return [{ pointer, type: 'added', after: now.get(key) }]
  if (!now.has(key)) return [{ pointer, type: 'removed', before: old.get(key) }]
  return diffStates(old.get(key), now.get(key), pointer)
}

function partsOf(value: unknown): Parts | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) {
    return undefined
  }
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [String(key), part] as const))
  if (isIterable(value)) return new Map([...value].map((part, index) => [String(index), part] as const))
  return new Map(Object.entries(value))
}

function isList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Map) && isIterable(value)
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
