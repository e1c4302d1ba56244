import type { JsonObject, JsonValue } from '@keepup/core'

/** What is known of a value before anything runs: the name of a type of the expression language, or the fields of a closed object. */
export type ValueType = string | { readonly [field: string]: ValueType }

/** Nothing is known: everything is allowed, and checked while it runs. */
export const unknownType = 'dyn'

const simple: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'double',
  integer: 'double',
  boolean: 'bool',
}

/**
 * What a JSON Schema tells of its values. Objects are known by their fields where nothing else may be in them and all of them must be; what may be
 * null, or one of several things, is unknown.
 */
export function valueType(schema: JsonValue | undefined): ValueType {
  if (!isObject(schema) || typeof schema['type'] !== 'string') return unknownType
  const { type } = schema
  if (['anyOf', 'oneOf', 'allOf', '$ref', 'not', 'if'].some((key) => key in schema)) return unknownType
  if (type === 'array') return listType(schema['items'])
  if (type === 'object') return objectType(schema)
  return simple[type] ?? unknownType
}

function listType(items: JsonValue | undefined): ValueType {
  const inner = valueType(items)
  return `list<${typeof inner === 'string' ? inner : 'map'}>`
}

function objectType({ properties, additionalProperties, required }: JsonObject): ValueType {
  if (!isObject(properties) || additionalProperties !== false) return 'map'
  const sure = new Set(Array.isArray(required) ? required : [])
  const names = Object.keys(properties)
  if (names.length === 0 || !names.every((name) => /^[A-Za-z_]\w*$/.test(name))) return 'map'
  return Object.fromEntries(
    names.map((name) => [name, sure.has(name) ? valueType(properties[name]) : unknownType]),
  )
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
