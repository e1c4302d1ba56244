import type { JsonObject, JsonValue } from '@keepup/core'

import type {
  PromptAnswer,
  PromptEntry,
  ResourceContent,
  ResourceEntry,
  ResourceTemplateEntry,
} from '../mcp-connection.ts'
import { plainText } from '../plain-text.ts'
import { isObject } from './keep-raw.ts'

/** A resource of a list, where it is one. */
export function readResourceEntry(raw: JsonObject): ResourceEntry | undefined {
  const { uri, name, size } = raw
  if (typeof uri !== 'string') return undefined
  return {
    uri,
    name: typeof name === 'string' ? name : uri,
    ...described(raw),
    ...(typeof size === 'number' ? { size } : {}),
  }
}

/** A resource template of a list, where it is one. */
export function readTemplateEntry(raw: JsonObject): ResourceTemplateEntry | undefined {
  const { uriTemplate, name } = raw
  if (typeof uriTemplate !== 'string') return undefined
  return { uriTemplate, name: typeof name === 'string' ? name : uriTemplate, ...described(raw) }
}

/** A prompt of a list, where it is one. */
export function readPromptEntry(raw: JsonObject): PromptEntry | undefined {
  const { name, arguments: given } = raw
  if (typeof name !== 'string') return undefined
  const { mediaType: _none, ...about } = described(raw)
  return { name, ...about, arguments: Array.isArray(given) ? given.flatMap(readArgument) : [] }
}

function readArgument(raw: JsonValue): PromptEntry['arguments'] {
  if (!isObject(raw) || typeof raw['name'] !== 'string') return []
  const { name, description, required } = raw
  return [{ name, required: required === true, ...(typeof description === 'string' ? { description } : {}) }]
}

/** What a resource holds, where it is text or bytes. */
export function readContent(raw: {
  readonly uri: string
  readonly mimeType?: string | undefined
  readonly text?: unknown
  readonly blob?: unknown
}): ResourceContent | undefined {
  const { uri, mimeType, text, blob } = raw
  const about = { uri, ...(mimeType === undefined ? {} : { mediaType: mimeType }) }
  if (typeof text === 'string') return { ...about, text }
  return typeof blob === 'string' ? { ...about, base64: blob } : undefined
}

/** A message of a prompt, where it is one. */
export function readMessage({ role, content }: JsonObject): PromptAnswer['messages'][number] | undefined {
  if (typeof role !== 'string' || !isObject(content)) return undefined
  return { role: 'user', claimedRole: plainText(role, 50), content }
}

function described({ title, description, mimeType }: JsonObject): {
  readonly title?: string
  readonly description?: string
  readonly mediaType?: string
} {
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof mimeType === 'string' ? { mediaType: mimeType } : {}),
  }
}
