import type { JsonObject, JsonValue } from '@keepup/core'

import { listOf, objectOf, textOf } from '../transport/json-field.ts'

/**
 * A JSON Schema as the subset that Gemini's `Schema` takes. References are put in place (a reference to itself becomes any object), `const`
 * becomes `enum`, `oneOf` becomes `anyOf`, `allOf` is joined, a type of `null` becomes `nullable`; what has no counterpart is left out, so
 * that Gemini's schema allows no less than the original.
 */
export function geminiSchema(schema: JsonObject): JsonObject | undefined {
  const converted = convert(schema, { root: schema, open: [] })
  const properties = objectOf(converted['properties'])
  // Gemini refuses an object without properties; a function without parameters has none at all.
  return properties === undefined || Object.keys(properties).length === 0 ? undefined : converted
}

interface Place {
  readonly root: JsonObject
  /** References that are being put in place. */
  readonly open: readonly string[]
}

function convert(schema: JsonValue | undefined, place: Place): JsonObject {
  const given = objectOf(schema)
  if (given === undefined) return {}
  const reference = textOf(given['$ref'])
  if (reference !== undefined) return dereferenced(reference, given, place)
  const joined = withAllOf(given)
  return {
    ...kept(joined),
    ...typed(joined),
    ...choices(joined, place),
    ...objectMembers(joined, place),
    ...(joined['items'] === undefined && joined['type'] !== 'array'
      ? {}
      : { items: convert(joined['items'], place) }),
  }
}

function dereferenced(
  reference: string,
  { $ref: _, ...beside }: JsonObject,
  { root, open }: Place,
): JsonObject {
  if (open.includes(reference)) return { type: 'object' }
  const keys = reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((key) => key !== '')
  const target = keys.reduce<JsonValue | undefined>(
    (found, key) => objectOf(found)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    root,
  )
  return convert({ ...objectOf(target), ...beside }, { root, open: [...open, reference] })
}

function withAllOf({ allOf, ...schema }: JsonObject): JsonObject {
  let joined: JsonObject = schema
  for (const part of listOf(allOf)) {
    const one = objectOf(part) ?? {}
    joined = {
      ...one,
      ...joined,
      ...joinedMember('properties', one, joined),
      ...(one['required'] === undefined
        ? {}
        : { required: [...listOf(joined['required']), ...listOf(one['required'])] }),
    }
  }
  return joined
}

function joinedMember(name: string, a: JsonObject, b: JsonObject): JsonObject {
  return a[name] === undefined ? {} : { [name]: { ...objectOf(a[name]), ...objectOf(b[name]) } }
}

const keptMembers = [
  'title',
  'description',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'minProperties',
  'maxProperties',
]

function kept(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    keptMembers.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])),
  )
}

function typed(schema: JsonObject): JsonObject {
  const types = (Array.isArray(schema['type']) ? listOf(schema['type']) : [schema['type']]).filter(
    (type) => typeof type === 'string',
  )
  const [type, ...others] = types.filter((one) => one !== 'null')
  const nullable = types.includes('null') ? { nullable: true } : {}
  if (type === undefined)
    return { ...nullable, ...(schema['properties'] === undefined ? {} : { type: 'object' }) }
  if (others.length > 0) return { ...nullable, anyOf: [type, ...others].map((one) => ({ type: one })) }
  const format = textOf(schema['format'])
  return { type, ...nullable, ...(format !== undefined && formats.has(format) ? { format } : {}) }
}

const formats = new Set(['date-time', 'enum', 'int32', 'int64', 'float', 'double'])

/** Only texts can be listed; other constants are told in the description by the caller's schema, if at all. */
function choices(schema: JsonObject, place: Place): JsonObject {
  const listed = schema['const'] === undefined ? listOf(schema['enum']) : [schema['const']]
  const values = listed.filter((value) => typeof value === 'string' && value !== '')
  const allTexts = values.length > 0 && values.length === listed.length
  const branches = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])]
  const some = branches
    .filter((branch) => objectOf(branch)?.['type'] !== 'null')
    .map((branch) => convert(branch, place))
  const nullable = some.length < branches.length ? { nullable: true } : {}
  const [only] = some
  if (some.length === 1 && only !== undefined) return { ...only, ...nullable }
  return {
    ...(allTexts ? { type: 'string', enum: values } : {}),
    ...(some.length === 0 ? {} : { anyOf: some, ...nullable }),
  }
}

function objectMembers(schema: JsonObject, place: Place): JsonObject {
  const properties = objectOf(schema['properties'])
  if (properties === undefined) return {}
  const converted = Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, convert(value, place)]),
  )
  const required = [...new Set(listOf(schema['required']))].filter(
    (name) => typeof name === 'string' && name in converted,
  )
  return { properties: converted, ...(required.length === 0 ? {} : { required }) }
}
