import { createHash } from 'node:crypto'

import { canonicalJson, type Hash, type JsonObject, type JsonValue } from '@keepup/core'

/**
 * The pin of a tool: SHA-256 of the canonical JSON (RFC 8785) of everything that its server says of it. The order of keys and the Unicode form of text (NFC) do not
 * change it; anything else does. The definition must be bounded.
 */
export function definitionDigest(definition: JsonObject): Hash {
  return sha256(canonicalJson(normalised(definition)))
}

/** The pin of a set of tools: of their names and pins, in any order. */
export function setDigest(tools: readonly { readonly name: string; readonly digest: Hash }[]): Hash {
  const entries = tools.map(({ name, digest }) => [name.normalize('NFC'), digest].join('\n'))
  return sha256(canonicalJson(entries.toSorted()))
}

/** Two keys that are one after normalising stay two. */
function normalised(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.normalize('NFC')
  if (Array.isArray(value)) return value.map(normalised)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([key, each]) => [key, key.normalize('NFC'), normalised(each)] as const,
  )
  const isDistinct = new Set(entries.map(([, key]) => key)).size === entries.length
  return Object.fromEntries(entries.map(([given, key, each]) => [isDistinct ? key : given, each]))
}

function sha256(text: string): Hash {
  return createHash('sha256').update(text).digest('hex')
}
