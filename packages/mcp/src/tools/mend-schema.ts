import type { JsonObject, JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { isObject } from '../connection/keep-raw.ts'
import { depthOf } from './depth-of.ts'

/** @limit In characters of JSON: a larger schema of a tool's input is refused. */
const largestSchema = 200_000
/** @limit In levels: a schema that is nested deeper is refused. */
const deepestSchema = 60

/** A schema that can be used, in two forms; or why there is none. */
export type MendedSchema =
  | {
      /** For models: without what providers refuse. */
      readonly shown: JsonObject
      /** For checking values here: without patterns, whose evaluation a hostile one could make last for ever. The server checks them itself. */
      readonly checked: JsonObject
    }
  | { readonly reason: string }

/** Where schemas stand in a schema (2020-12), as values of a map or by themselves. */
const maps = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']

/**
 * The schema of a tool's input, as an object schema. Patterns that are none and references that lead nowhere, or to the network, are left out: nothing is ever
 * fetched. What cannot be used even so is refused with a reason.
 */
export function mendSchema(given: JsonValue | undefined): MendedSchema {
  if (given === undefined || given === true) return { shown: anyObject, checked: anyObject }
  if (!isObject(given)) return { reason: 'its input schema is no JSON Schema' }
  if (depthOf(given, deepestSchema) > deepestSchema) {
    return { reason: `its input schema is nested deeper than ${deepestSchema} levels` }
  }
  const size = JSON.stringify(given).length
  if (size > largestSchema)
    return { reason: `its input schema has ${size} characters, more than ${largestSchema}` }
  const typed = given['type'] === undefined ? { ...given, type: 'object' } : given
  if (typed['type'] !== 'object') {
    return { reason: `its input schema is one of ${JSON.stringify(typed['type'])}, not of an object` }
  }
  const shown = mend(typed, typed, true)
  const checked = mend(shown, shown, false)
  const fault = faultOf(checked)
  return fault === undefined ? { shown, checked } : { reason: `its input schema cannot be used: ${fault}` }
}

const anyObject: JsonObject = { type: 'object' }

function mend(schema: JsonObject, root: JsonObject, patterns: boolean): JsonObject {
  const entries = Object.entries(schema).flatMap(
    ([key, value]): readonly (readonly [string, JsonValue])[] => {
      if (key === 'pattern') return patterns && isPattern(value) ? [[key, value]] : []
      if (key === '$ref' || key === '$dynamicRef') return isReachable(value, root) ? [[key, value]] : []
      if (maps.includes(key) && isObject(value)) return mendMap(key, value, root, patterns)
      return [[key, mendValue(key, value, root, patterns)]]
    },
  )
  return Object.fromEntries(entries)
}

function mendMap(
  key: string,
  value: JsonObject,
  root: JsonObject,
  patterns: boolean,
): readonly (readonly [string, JsonValue])[] {
  if (key === 'patternProperties' && !patterns) return []
  const kept = Object.entries(value).filter(([name]) => key !== 'patternProperties' || isPattern(name))
  const mended = kept.map(
    ([name, each]) => [name, isObject(each) ? mend(each, root, patterns) : each] as const,
  )
  return [[key, Object.fromEntries(mended)]]
}

/** Values of these are data, whatever they look like. */
const data = new Set(['const', 'enum', 'default', 'examples'])

function mendValue(key: string, value: JsonValue, root: JsonObject, patterns: boolean): JsonValue {
  if (data.has(key)) return value
  if (isObject(value)) return mend(value, root, patterns)
  if (!Array.isArray(value)) return value
  return value.map((each) => (isObject(each) ? mend(each, root, patterns) : each))
}

function isPattern(value: JsonValue): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u') instanceof RegExp
  } catch {
    return false
  }
}

/** Whether a reference leads to a place in the same schema. */
function isReachable(reference: JsonValue, root: JsonObject): boolean {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return false
  const [, ...steps] = reference.split('/')
  if (steps.length === 0) return reference === '#' || hasAnchor(root, reference.slice(1))
  let at: JsonValue | undefined = root
  for (const step of steps) {
    const name = decode(step)
    at = isObject(at) && Object.hasOwn(at, name) ? at[name] : Array.isArray(at) ? at[Number(name)] : undefined
  }
  return at !== undefined
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return step
  }
}

function hasAnchor(value: JsonValue, anchor: string): boolean {
  if (Array.isArray(value)) return value.some((each) => hasAnchor(each, anchor))
  if (!isObject(value)) return false
  if (value['$anchor'] === anchor || value['$dynamicAnchor'] === anchor) return true
  return Object.values(value).some((each) => hasAnchor(each, anchor))
}

/** A check that fails on an empty object, such as one whose references go round in a circle, fails on everything. */
function faultOf(schema: JsonObject): string | undefined {
  try {
    void jsonSchema(schema)['~standard'].validate({})
    return undefined
  } catch (error) {
    return error instanceof RangeError ? 'it has no end' : String(error)
  }
}
