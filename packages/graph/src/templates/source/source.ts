import type { JsonPointer, JsonValue } from '@keepup/core'

import type { SourcePlace } from './problem.ts'

/** A file that was read: what it says, and where it says it. */
export interface Source {
  readonly file: string
  readonly value: JsonValue
  /** The place of a value, or of its nearest ancestor that stands in the file. `key`: the place of its name instead. `at`: a character of it, where it is a text. */
  place(pointer: JsonPointer, options?: { readonly key?: boolean; readonly at?: number }): SourcePlace
}

/** A value that was never in a file, as a source: problems name it and the path alone. */
export function valueSource(value: JsonValue, file: string): Source {
  return { file, value, place: () => ({ file }) }
}

/** The segments of a JSON Pointer. */
export function pointerPath(pointer: JsonPointer): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** A JSON Pointer to a path. */
export function pointerOf(path: readonly PropertyKey[]): JsonPointer {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
