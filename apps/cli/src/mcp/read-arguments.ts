import type { JsonObject } from '@keepup/core'

import { usageError } from '../error-report.ts'

/** The arguments of a call: JSON, or `name=value` words whose values are JSON where they can be. Fails `input-invalid`. */
export function readArguments(words: readonly string[]): JsonObject {
  const [first = '{}'] = words
  if (words.length <= 1 && /^\s*[{[]/.test(first)) return readObject(first)
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      if (at <= 0)
        throw usageError(
          `${JSON.stringify(word)} is no argument`,
          `write name=value, or all as JSON: '{"name": "value"}'`,
        )
      return [word.slice(0, at), valueOf(word.slice(at + 1))]
    }),
  )
}

function readObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject // JSON.parse gives nothing else
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw usageError(`the arguments are no JSON: ${reason}`, `write them like '{"path": "a.txt"}'`)
  }
  throw usageError('the arguments are no object', `write them like '{"path": "a.txt"}'`)
}

function valueOf(text: string): JsonObject[string] {
  try {
    return JSON.parse(text) as JsonObject[string] // JSON.parse gives nothing else
  } catch {
    return text
  }
}
