import type { JsonObject, JsonValue } from '@keepup/core'

import { acceptsType, branchesOf, isObject, typesOf } from './schema-types.ts'

/** How deep schema and value are followed. */
const deepest = 50

/**
 * The value as the schema (JSON Schema 2020-12) may have wanted it: text that is a number, a truth value, a list or an object becomes that; a
 * single value becomes a list of one; `null` for an optional field is dropped. A value whose type already fits is never changed; the value
 * itself comes back where nothing was.
 */
export function coerceInput(value: JsonValue, schema: JsonObject): JsonValue {
  return coerce(value, schema, 0)

  function coerce(given: JsonValue, wanted: JsonValue | undefined, depth: number): JsonValue {
    const branches = depth > deepest ? [] : branchesOf(wanted, schema)
    if (branches.length === 0) return given
    const fitting = branches.find((branch) => acceptsType(branch, given))
    if (fitting !== undefined) return inside(given, fitting, depth)
    for (const branch of branches) {
      const changed = changeType(given, branch)
      if (changed !== undefined) return inside(changed, branch, depth)
    }
    return given
  }

  function inside(given: JsonValue, wanted: JsonObject, depth: number): JsonValue {
    if (Array.isArray(given)) return items(given, wanted['items'], depth)
    if (isObject(given)) return members(given, wanted, depth)
    return given
  }

  function items(given: readonly JsonValue[], wanted: JsonValue | undefined, depth: number): JsonValue {
    const coerced = given.map((item) => coerce(item, wanted, depth + 1))
    return coerced.every((item, index) => item === given[index]) ? given : coerced
  }

  function members(given: JsonObject, wanted: JsonObject, depth: number): JsonValue {
    const properties = isObject(wanted['properties']) ? wanted['properties'] : {}
    const required = Array.isArray(wanted['required']) ? wanted['required'] : []
    const coerced = Object.entries(given)
      .map(([key, member]) => {
        const property = Object.hasOwn(properties, key) ? properties[key] : undefined
        return [key, coerce(member, property, depth + 1), property] as const
      })
      .filter(([key, member, property]) => member !== null || required.includes(key) || allowsNull(property))
    const same =
      coerced.length === Object.keys(given).length && coerced.every(([key, member]) => member === given[key])
    return same ? given : Object.fromEntries(coerced)
  }

  function allowsNull(property: JsonValue | undefined): boolean {
    const branches = branchesOf(property, schema)
    return branches.length === 0 || branches.some((branch) => acceptsType(branch, null))
  }
}

function changeType(given: JsonValue, wanted: JsonObject): JsonValue | undefined {
  const types = typesOf(wanted)
  const read = typeof given === 'string' ? readText(given, types) : undefined
  if (read !== undefined) return read
  return types.includes('array') && given !== null ? [given] : undefined
}

function readText(text: string, types: readonly string[]): JsonValue | undefined {
  const trimmed = text.trim()
  const kind = kindOf(trimmed)
  if (
    kind === undefined ||
    !types.some((type) => type === kind || (type === 'integer' && kind === 'number'))
  ) {
    return undefined
  }
  try {
    // JSON.parse is typed `any`; what it gives is a JSON value.
    const read = JSON.parse(trimmed) as JsonValue
    return types.includes('number') || kind !== 'number' || Number.isInteger(read) ? read : undefined
  } catch {
    return undefined
  }
}

function kindOf(text: string): string | undefined {
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return 'number'
  if (text === 'true' || text === 'false') return 'boolean'
  if (text.startsWith('{')) return 'object'
  return text.startsWith('[') ? 'array' : undefined
}
