import type { JsonObject, JsonValue } from '@keepup/core'

import { isObject } from '../connection/keep-raw.ts'

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const primitives: readonly (JsonValue | undefined)[] = ['string', 'integer', 'boolean']

/**
 * What is wrong with the `x-mcp-header` declarations of an input schema (2026-07-28, streamable HTTP): they stand on properties of text, whole numbers or
 * booleans alone, reached through `properties` alone, and name distinct header fields. A tool that breaks this must not be offered. `undefined`: nothing.
 */
export function headerFault(schema: JsonValue | undefined): string | undefined {
  return faultIn(schema, { reachable: true, top: true, names: new Set() })
}

interface Place {
  readonly reachable: boolean
  readonly top: boolean
  readonly names: Set<string>
}

function faultIn(node: JsonValue | undefined, place: Place): string | undefined {
  if (Array.isArray(node)) return firstFault(node, { ...place, reachable: false, top: false })
  if (!isObject(node)) return undefined
  const own = 'x-mcp-header' in node ? ownFault(node, place) : undefined
  if (own !== undefined) return own
  for (const [key, value] of Object.entries(node)) {
    const inside = { names: place.names, top: false }
    const fault =
      key === 'properties' && isObject(value)
        ? firstFault(Object.values(value), { ...inside, reachable: place.reachable })
        : faultIn(value, { ...inside, reachable: false })
    if (fault !== undefined) return fault
  }
  return undefined
}

function firstFault(nodes: readonly JsonValue[], place: Place): string | undefined {
  for (const node of nodes) {
    const fault = faultIn(node, place)
    if (fault !== undefined) return fault
  }
  return undefined
}

function ownFault(node: JsonObject, { reachable, top, names }: Place): string | undefined {
  const name = node['x-mcp-header']
  if (typeof name !== 'string' || !token.test(name))
    return `x-mcp-header ${JSON.stringify(name)} names no header`
  if (!reachable || top) return `x-mcp-header "${name}" stands where it may not`
  if (!primitives.includes(node['type']))
    return `x-mcp-header "${name}" is on a ${JSON.stringify(node['type'])}`
  if (names.has(name.toLowerCase())) return `x-mcp-header "${name}" is there twice`
  names.add(name.toLowerCase())
  return undefined
}
