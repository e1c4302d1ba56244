import type { JsonPointer, JsonValue } from '@keepup/core'

/** The part of a value that a JSON Pointer names (RFC 6901); `undefined` where there is none. */
export function valueAt(value: JsonValue, pointer: JsonPointer): JsonValue | undefined {
  let part: JsonValue | undefined = value
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) return undefined
    part = Object.entries(part).find(([name]) => name === key)?.[1]
  }
  return part
}
