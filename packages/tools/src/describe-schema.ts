import type { JsonObject, JsonValue } from '@keepup/core'

import { branchesOf, isObject, typesOf } from './schema-types.ts'

/** A JSON Schema in a few words, for a model that got a value wrong: `integer, at least 1 (First line to read)`. */
export function describeSchema(schema: JsonObject, root: JsonObject): string {
  const description = schema['description']
  const told = typeof description === 'string' ? ` (${description.slice(0, 200)})` : ''
  return `${kindOf(schema, root)}${told}`
}

function kindOf(schema: JsonObject, root: JsonObject): string {
  const values = schema['enum'] ?? (schema['const'] === undefined ? undefined : [schema['const']])
  if (Array.isArray(values))
    return `one of ${values.map((value: JsonValue) => JSON.stringify(value)).join(', ')}`
  const branches = branchesOf(schema, root)
  if (branches.length === 0) return 'another value'
  return branches.map((branch) => describeBranch(branch, root)).join(' or ')
}

function describeBranch(branch: JsonObject, root: JsonObject): string {
  const types = typesOf(branch).join(' or ')
  const items = branch['items']
  if (types === 'array' && isObject(items)) return `array of ${kindOf(items, root)}`
  if (types === 'object') return describeObject(branch)
  return [types, ...boundsOf(branch)].join(', ')
}

function describeObject(schema: JsonObject): string {
  const { properties, required } = schema
  const optional = (key: string): boolean => !Array.isArray(required) || !required.includes(key)
  const keys = isObject(properties) ? Object.keys(properties) : []
  if (keys.length === 0) return 'object'
  return `object with ${keys.map((key) => (optional(key) ? `${key} (optional)` : key)).join(', ')}`
}

const bounds: Readonly<Record<string, (value: JsonValue) => string>> = {
  minimum: (value) => `at least ${JSON.stringify(value)}`,
  maximum: (value) => `at most ${JSON.stringify(value)}`,
  minLength: (value) => (value === 1 ? 'not empty' : `at least ${JSON.stringify(value)} characters`),
  maxLength: (value) => `at most ${JSON.stringify(value)} characters`,
  pattern: (value) => `matching ${JSON.stringify(value)}`,
}

function boundsOf(schema: JsonObject): readonly string[] {
  return Object.entries(bounds).flatMap(([key, tell]) => {
    const value = schema[key]
    return value === undefined ? [] : [tell(value)]
  })
}
