import type { JsonObject, JsonValue } from '@keepup/core'
import fc from 'fast-check'

/** Values that fit a schema, hostile ones among them. */
export function arbitraryInput(schema: JsonObject): fc.Arbitrary<JsonValue> {
  const { type, enum: choices } = schema
  if (Array.isArray(choices)) return fc.constantFrom(...choices)
  if (type === 'object') return arbitraryObject(schema)
  if (type === 'array') {
    const items = arbitraryInput(objectOf(schema['items']))
    return fc.array(items, { minLength: numberOf(schema['minItems'], 0), maxLength: 4 })
  }
  if (type === 'boolean') return fc.boolean()
  if (type === 'string') return arbitraryText(schema)
  const min = numberOf(schema['minimum'], -1_000_000)
  return fc.integer({ min, max: numberOf(schema['maximum'], 1_000_000) })
}

const hostile = [
  '/etc/passwd',
  '../../x',
  'a\0b',
  '$(rm -rf /)',
  '*',
  '~',
  '\u001B[2J',
  'artifact:0',
  'sudo rm x > y',
]

function arbitraryText({ minLength, maxLength }: JsonObject): fc.Arbitrary<string> {
  const [min, max] = [numberOf(minLength, 0), Math.min(40, numberOf(maxLength, 40))]
  const chosen = hostile.filter(({ length }) => length >= min && length <= max)
  const any = fc.string({ unit: 'binary', minLength: min, maxLength: max })
  return chosen.length === 0 ? any : fc.oneof(any, fc.constantFrom(...chosen))
}

function arbitraryObject({ properties, required }: JsonObject): fc.Arbitrary<JsonObject> {
  const fields = Object.entries(objectOf(properties)).map(
    ([name, schema]) => [name, arbitraryInput(objectOf(schema))] as const,
  )
  const requiredKeys = Array.isArray(required) ? required.map(String) : []
  return fc.record(Object.fromEntries(fields), { requiredKeys })
}

/** A schema inside of a schema; an empty one where there is none. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  // A value that is no list and no primitive is an object.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

function numberOf(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
