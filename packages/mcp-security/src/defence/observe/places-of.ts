import type { JsonObject, JsonPointer, JsonValue } from '@keepup/core'

import { pointerStep } from './pointer-pattern.ts'

/** The item that a part of a result belongs to: an element of a list, or the whole where it is none. */
export interface Item {
  readonly value: JsonValue
  readonly pointer: JsonPointer
  /** The list it is in, itself where it is in none. */
  readonly list: readonly JsonValue[]
}

/** One string or number of a result, a key that reads like a value included. */
export interface Place {
  readonly value: string | number
  readonly pointer: JsonPointer
  readonly item: Item
}

/** @limit Levels: what is nested deeper is given as text. */
const deepest = 64

/** Every string and number of a value, in order. */
export function placesOf(value: JsonValue): readonly Place[] {
  const found: Place[] = []
  visit(value, '', { value, pointer: '', list: [value] }, 0)
  return found

  function visit(part: JsonValue, pointer: JsonPointer, item: Item, depth: number): void {
    if (typeof part === 'string' || typeof part === 'number') found.push({ value: part, pointer, item })
    else if (typeof part === 'object' && part !== null && depth >= deepest)
      found.push({ value: textOf(part), pointer, item })
    else if (isList(part)) visitList(part, pointer, item, depth)
    else if (typeof part === 'object' && part !== null) visitObject(part, pointer, item, depth)
  }

  function visitList(list: readonly JsonValue[], pointer: JsonPointer, item: Item, depth: number): void {
    // A list of plain values inside an item is a field of it; any other list has items of its own.
    const itemised = item.pointer === '' || list.some((element) => typeof element === 'object')
    for (const [index, element] of list.entries()) {
      const at = `${pointer}${pointerStep(index)}`
      visit(element, at, itemised ? { value: element, pointer: at, list } : item, depth + 1)
    }
  }

  function visitObject(object: JsonObject, pointer: JsonPointer, item: Item, depth: number): void {
    for (const [key, member] of Object.entries(object)) {
      const at = `${pointer}${pointerStep(key)}`
      if (!isFieldName(key)) found.push({ value: key, pointer: at, item })
      visit(member, at, item, depth + 1)
    }
  }
}

/** What is nested too deeply even to be written down is only said to be there. */
function textOf(part: JsonValue): string {
  try {
    return JSON.stringify(part)
  } catch {
    return 'nested too deeply'
  }
}

/** Whether a value is a list. `Array.isArray` does not narrow a readonly one. */
function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** Whether a value has fields. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `file_id`, `createdAt` and `17` are field names; `Riverside View Hotel` is a value. */
function isFieldName(key: string): boolean {
  return /^\d+$/.test(key) || /^[a-z][a-z0-9_$-]{0,40}$/.test(key) || /^[a-z]+(?:[A-Z][a-z0-9]*)+$/.test(key)
}
