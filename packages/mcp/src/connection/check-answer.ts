import type { JsonObject, JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { isObject } from './keep-raw.ts'

/** An answer to a form: what is missing filled in with the form's defaults, and what is wrong with it, if anything. */
export interface CheckedAnswer {
  readonly content: JsonObject
  readonly problem?: string
}

/** Checks what a person answered against the form that a server sent. Fields that the form does not have are left out. */
export function checkAnswer(schema: JsonObject, given: JsonObject): CheckedAnswer {
  const fields = isObject(schema['properties']) ? schema['properties'] : {}
  const content: Record<string, JsonValue> = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : isObject(field) ? field['default'] : undefined
    if (value !== undefined) content[name] = value
  }
  const problem = problemOf(schema, content)
  return problem === undefined ? { content } : { content, problem }
}

function problemOf(schema: JsonObject, content: JsonObject): string | undefined {
  try {
    const checked = jsonSchema(schema)['~standard'].validate(content)
    if (checked instanceof Promise || checked.issues === undefined) return undefined
    return checked.issues
      .slice(0, 5)
      .map(({ path = [], message }) => `${path.map(String).join('.')}: ${message}`)
      .join('; ')
  } catch (error) {
    return `the form itself is faulty: ${String(error)}`
  }
}
