import type { JsonObject, JsonValue } from '@keepup/core'

/** An input that a schema takes, as far as it is simple: every property, with a value of its type. */
export function exampleInput(schema: JsonObject): JsonObject {
  const { properties } = schema
  if (!isObject(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, exampleValue(property)]),
  )
}

function exampleValue(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return 'example'
  const { type, default: usual, const: only, enum: choices } = schema
  const [first] = Array.isArray(choices) ? choices : []
  const given = usual ?? only ?? first
  if (given !== undefined) return given
  if (type === 'number' || type === 'integer') return 3
  if (type === 'boolean') return true
  if (type === 'array') return []
  return type === 'object' ? exampleInput(schema) : 'example'
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
