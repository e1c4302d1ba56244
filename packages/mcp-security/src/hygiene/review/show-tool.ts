import type { JsonObject } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { isPlainKey } from '../schema/plain-value.ts'
import { showSchema } from '../schema/show-schema.ts'
import { foldBlanks } from '../text/fold-blanks.ts'
import { visibleText } from '../text/hidden-text.ts'
import { untrustedSpan } from '../text/untrusted-span.ts'

/** What of a tool a model is shown, and what its arguments are checked by. */
export interface ToolFace {
  readonly words: string
  readonly mark: (words: string) => string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly checked: JsonObject
}

/** @limit In characters: how much of a server's words about a tool a model is shown. */
const longestWords = 6_000

/** Makes a definition fit to be shown: all words in one marked span, the rest without words. The definition is bounded. */
export function showTool(server: string, definition: JsonObject): ToolFace {
  const { title, description, annotations, inputSchema } = definition
  const schema = isJsonObject(inputSchema) ? inputSchema : { type: 'object' }
  const shown = showSchema(schema)
  const called = title ?? (isJsonObject(annotations) ? annotations['title'] : undefined)
  const said = [called, description]
    .filter((each) => typeof each === 'string')
    .filter((each) => each.trim() !== '')
  const parameters =
    shown.words.length === 0 ? [] : ['Parameters:', ...shown.words.map((line) => `- ${line}`)]
  const words = cut([...said, ...parameters].join('\n'))
  return {
    words,
    mark: untrustedSpan,
    description: `From the MCP server ${plain(server)}: ${untrustedSpan(words)}`,
    inputSchema: shown.schema,
    checked: withoutUnshown(schema),
  }
}

function cut(given: string): string {
  const { text } = foldBlanks(visibleText(given).text)
  if (text.length <= longestWords) return text.trim()
  const kept = text.slice(0, longestWords).replace(/[\ud800-\udbff]$/, '')
  return `${kept} [${text.length - kept.length} more characters]`
}

/** A server's name is a person's choice, but of a project's it may be a stranger's. */
function plain(server: string): string {
  return server.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_').slice(0, 60)
}

/** What no model is shown can be required of none. */
function withoutUnshown(schema: JsonObject): JsonObject {
  const { properties, required } = schema
  if (!isJsonObject(properties)) return schema
  const kept = Object.entries(properties).filter(([name]) => isPlainKey(name))
  const inner = Object.fromEntries(
    kept.map(([name, each]) => [name, isJsonObject(each) ? withoutUnshown(each) : each]),
  )
  const must = Array.isArray(required)
    ? required.filter((name) => typeof name === 'string' && Object.hasOwn(inner, name))
    : undefined
  return { ...schema, properties: inner, ...(must === undefined ? {} : { required: must }) }
}
