import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { JsonObject, JsonValue } from '@keepup/core'
import type { Template } from '@keepup/graph/templates'

import { usageError } from '../error-report.ts'

type Parameters = Template['parameters']

/**
 * The parameters of a run, as they are typed: `NAME=VALUE`, where a value is a text if the parameter is one, else what it says as JSON, else a text; `@FILE` is a file with an
 * object of JSON. Fails `input-invalid`.
 */
export function parseParameters(
  words: readonly string[],
  folder: string,
  parameters: Parameters,
): JsonObject {
  return Object.assign({}, ...words.map((word) => parseWord(word, folder, parameters))) as JsonObject // each part is one
}

function parseWord(word: string, folder: string, parameters: Parameters): JsonObject {
  if (word.startsWith('@')) return fileObject(resolve(folder, word.slice(1)))
  const at = word.indexOf('=')
  if (at > 0) {
    const name = word.slice(0, at)
    const text = word.slice(at + 1)
    return { [name]: parameters?.[name]?.schema?.['type'] === 'string' ? text : jsonOrText(text) }
  }
  throw usageError(
    `"${word}" is no parameter`,
    'write NAME=VALUE, or @FILE for a file with an object of JSON',
  )
}

/** What a typed value means: JSON where it is some, else the text itself. */
export function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue // JSON it is, where it can be parsed
  } catch {
    return text
  }
}

function fileObject(path: string): JsonObject {
  const value = jsonOrText(readFileSync(path, 'utf8'))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject // no list, as it was just asked
  throw usageError(`${path} holds no object of JSON`, 'write { "NAME": VALUE, ... } into it')
}
