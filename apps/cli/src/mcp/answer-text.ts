import type { JsonObject, JsonValue } from '@keepup/core'

import { isJsonObject } from './is-json-object.ts'

/** Content of the protocol as text: what is no text is named by its kind and size. */
export function answerText(content: readonly JsonObject[]): string {
  return content.map(blockText).join('\n')
}

function blockText(block: JsonObject): string {
  const { text, data, uri, resource } = block
  if (typeof text === 'string') return text
  if (typeof data === 'string') {
    return `[${word(block['type'])} ${word(block['mimeType'])}, ${Math.floor((data.length * 3) / 4)} bytes]`
  }
  if (typeof uri === 'string') return `[resource ${uri}]`
  return isJsonObject(resource) ? blockText(resource) : JSON.stringify(block)
}

function word(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : 'unknown'
}
