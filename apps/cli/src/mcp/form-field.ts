import type { JsonObject, JsonValue } from '@keepup/core'

import { isJsonObject } from './is-json-object.ts'

/** One of the values that a field may have, and what a person is shown of it. */
export interface FieldOption {
  readonly value: JsonValue
  readonly label: string
}

/** A field of a server's form. */
export interface FormField {
  readonly name: string
  readonly label: string
  readonly description?: string
  readonly type: 'text' | 'number' | 'flag' | 'choice' | 'choices'
  /** None where any value may be typed. */
  readonly options: readonly FieldOption[]
  readonly isRequired: boolean
  /** What it has where nothing is typed. */
  readonly preset?: JsonValue
}

/** The fields of a form (MCP, elicitation: a flat object of strings, numbers, booleans and choices), in its order. */
export function formFields(schema: JsonObject): readonly FormField[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(asObject(schema['properties'])).map(([name, given]) =>
    fieldOf(name, asObject(given), required.includes(name)),
  )
}

function fieldOf(name: string, given: JsonObject, isRequired: boolean): FormField {
  const { title, description, default: preset } = given
  const options = optionsOf(given['type'] === 'array' ? asObject(given['items']) : given)
  return {
    name,
    label: typeof title === 'string' && title !== '' ? title : name,
    type: typeOf(given, options),
    options,
    isRequired,
    ...(typeof description === 'string' ? { description } : {}),
    ...(preset === undefined ? {} : { preset }),
  }
}

function typeOf({ type }: JsonObject, options: readonly FieldOption[]): FormField['type'] {
  if (type === 'array') return 'choices'
  if (options.length > 0) return 'choice'
  if (type === 'boolean') return 'flag'
  return type === 'number' || type === 'integer' ? 'number' : 'text'
}

function optionsOf(given: JsonObject): readonly FieldOption[] {
  const { enum: values, enumNames: names, oneOf, anyOf } = given
  if (Array.isArray(values)) {
    const labels = Array.isArray(names) ? names : []
    return values.map((value, index) => ({ value, label: labelOf(labels[index], value) }))
  }
  const titled = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : []
  return titled
    .map(asObject)
    .flatMap(({ const: value, title }) =>
      value === undefined ? [] : [{ value, label: labelOf(title, value) }],
    )
}

function labelOf(name: JsonValue | undefined, value: JsonValue): string {
  if (typeof name === 'string') return name
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
