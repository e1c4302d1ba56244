import type { JsonObject, JsonValue } from '@keepup/core'

import { objectOf } from './json-field.ts'

/** The arguments of a call as JSON: nothing is an empty object; a text that holds an object once more is opened; what is no JSON is kept raw. */
export function parsedInput(text: string): { readonly input: JsonValue; readonly invalid?: string } {
  if (text.trim() === '') return { input: {} }
  try {
    // JSON.parse makes nothing but JSON.
    const input = JSON.parse(text) as JsonValue
    return { input: typeof input === 'string' ? (objectInside(input) ?? input) : input }
  } catch {
    return { input: null, invalid: text }
  }
}

function objectInside(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}
