import { Validator } from '@cfworker/json-schema'
import type { StandardSchemaV1 } from '@standard-schema/spec'

import type { JsonObject } from './json.ts'

/** A Standard Schema that also tells the JSON Schema it was made of. */
export interface JsonSchemaInput<Value> extends StandardSchemaV1<unknown, Value> {
  readonly jsonSchema: JsonObject
}

/**
 * A JSON Schema (2020-12) as a Standard Schema. Values are checked, never changed. `Value` is what the caller knows of the schema: keep the two
 * side by side.
 */
export function jsonSchema<Value>(schema: JsonObject): JsonSchemaInput<Value> {
  let validator: Validator | undefined
  return {
    jsonSchema: schema,
    '~standard': {
      version: 1,
      vendor: 'keepup',
      validate(value) {
        // The validator notes resolved addresses in the schema it is given, so it gets a copy.
        validator ??= new Validator(structuredClone(schema), '2020-12', false)
        const result = validator.validate(value)
        if (result.valid) return { value: value as Value }
        return { issues: result.errors.map(({ instanceLocation, error }) => issue(instanceLocation, error)) }
      },
    },
  }
}

function issue(location: string, message: string): StandardSchemaV1.Issue {
  const path = location.split('/').slice(1).map(unescape)
  return { message, path }
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}
