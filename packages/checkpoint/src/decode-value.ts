import { KeepupError } from '@keepup/core'

/** What `JSON.parse` gives. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * The inverse of `encodeValue`. Bytes that it did not write fail `thread-damaged`; the caller knows which entry they are of.
 * Every call gives a new value, owned by the caller.
 */
export function decodeValue(bytes: Uint8Array): unknown {
  return decodeText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}

/** {@link decodeValue} from text. */
export function decodeText(text: string): unknown {
  const parsed = parse(text)
  // Only a key or a string that starts with `$` can need a closer look.
  return text.includes('"$') ? revive(parsed) : parsed
}

function parse(text: string): Json {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as Json
  } catch (cause) {
    throw damaged(`it is no JSON: ${text.slice(0, 80)}`, cause)
  }
}

function revive(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(revive)
  const keys = Object.keys(value)
  const [first] = keys
  if (keys.length === 1 && first !== undefined && isTag(first)) return reviveTag(first, value[first] ?? null)
  return Object.fromEntries(
    keys.map((key) => {
      if (isTag(key)) throw damaged(`it has the unknown form ${key}`)
      return [key.startsWith('$') ? key.slice(1) : key, revive(value[key] ?? null)]
    }),
  )
}

function isTag(key: string): boolean {
  return key.startsWith('$') && !key.startsWith('$$')
}

function reviveTag(tag: string, value: Json): unknown {
  switch (tag) {
    case '$undefined':
      return undefined
    case '$date':
      return new Date(value === null ? Number.NaN : numberOf(tag, value))
    case '$bigint':
      return bigintOf(stringOf(tag, value))
    case '$bytes':
      return new Uint8Array(Buffer.from(stringOf(tag, value), 'base64'))
    case '$number':
      return specialNumber(stringOf(tag, value))
    case '$set':
      return new Set(listOf(tag, value).map(revive))
    case '$map':
      return new Map(listOf(tag, value).map((pair) => pairOf(pair)))
    default:
      throw damaged(`it has the unknown form ${tag}`)
  }
}

function pairOf(pair: Json): readonly [unknown, unknown] {
  const [key, value, ...rest] = listOf('$map', pair)
  if (key === undefined || value === undefined || rest.length > 0) throw damaged('a map in it is malformed')
  return [revive(key), revive(value)]
}

function specialNumber(name: string): number {
  const value = Number(name)
  if (Number.isFinite(value) && !Object.is(value, -0)) throw damaged(`it has the unknown number ${name}`)
  return value
}

function bigintOf(digits: string): bigint {
  if (!/^-?\d+$/.test(digits)) throw damaged(`it has the unknown integer ${digits}`)
  return BigInt(digits)
}

function numberOf(tag: string, value: Json): number {
  if (typeof value !== 'number') throw damaged(`${tag} in it holds no number`)
  return value
}

function stringOf(tag: string, value: Json): string {
  if (typeof value !== 'string') throw damaged(`${tag} in it holds no text`)
  return value
}

function listOf(tag: string, value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw damaged(`${tag} in it holds no list`)
  return value
}

function damaged(why: string, cause?: unknown): KeepupError {
  const message = `A stored value cannot be decoded: ${why}. Restore the database from a backup, or erase the entry.`
  return new KeepupError('thread-damaged', message, { cause })
}
