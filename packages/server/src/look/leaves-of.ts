import type { JsonPointer } from '@keepup/core'

/** @limit How many leaves of a value are looked at. */
const mostLeaves = 20_000

/** A leaf of a value as text. */
export interface Leaf {
  readonly pointer: JsonPointer
  readonly text: string
}

/** The texts and numbers of a value with their JSON Pointers (RFC 6901), in order. Whatever is no plain data, such as bytes, has none. */
export function* leavesOf(value: unknown): Iterable<Leaf> {
  // Not by recursion: what tools return may be nested as deep as they like.
  const open: { readonly pointer: JsonPointer; readonly value: unknown }[] = [{ pointer: '', value }]
  let seen = 0
  for (let next = open.pop(); next !== undefined && seen < mostLeaves; next = open.pop()) {
    const { pointer, value: found } = next
    if (typeof found === 'string' || typeof found === 'number') {
      seen += 1
      yield { pointer, text: String(found) }
    } else if (typeof found === 'object' && found !== null && !ArrayBuffer.isView(found)) {
      const inner = Object.entries(found).slice(0, mostLeaves - seen)
      for (const [key, item] of inner.toReversed()) {
        open.push({ pointer: `${pointer}/${escaped(key)}`, value: item })
      }
    }
  }
}

/** What stands at a JSON Pointer; `undefined` where nothing does. */
export function valueAt(value: unknown, pointer: JsonPointer): unknown {
  let found = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = Object.entries(found).find(([name]) => name === key)?.[1]
  }
  return found
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
