import type { AssistantMessage, FilePart, JsonObject, Message, TextPart, ToolResultPart } from '@keepup/core'

import { fileBase64, type FileSource, fileText, missingFileText } from '../transport/file-bytes.ts'
import { fieldOf, objectOf, textOf } from '../transport/json-field.ts'

/** One message as content blocks, each as JSON text. */
export interface AnthropicBlocks {
  readonly role: 'user' | 'assistant'
  /** Results of tools: they must stand first in the user's turn. */
  readonly results: readonly string[]
  readonly blocks: readonly string[]
}

/** What shapes the blocks. */
export interface AnthropicMessageRules {
  /** Under which provider data of messages is kept. */
  readonly provider: string
  readonly files: FileSource | undefined
}

/** One message as blocks of Anthropic's messages format. Blank texts are left out: the API refuses them. */
export async function anthropicBlocks(
  message: Message,
  { provider, files }: AnthropicMessageRules,
): Promise<AnthropicBlocks> {
  if (message.role === 'assistant')
    return { role: 'assistant', results: [], blocks: texts(assistantBlocks(message, provider)) }
  if (message.role === 'user')
    return { role: 'user', results: [], blocks: texts(await contentBlocks(message.content, files)) }
  const results = await Promise.all(message.content.map((result) => toolResult(result, files)))
  return { role: 'user', results: texts(results), blocks: [] }
}

function texts(blocks: readonly JsonObject[]): readonly string[] {
  return blocks.map((block) => JSON.stringify(block))
}

async function contentBlocks(
  parts: readonly (TextPart | FilePart)[],
  files: FileSource | undefined,
): Promise<readonly JsonObject[]> {
  const shown = parts.filter((part) => part.type === 'file' || part.text.trim() !== '')
  return Promise.all(shown.map((part) => contentBlock(part, files)))
}

async function contentBlock(part: TextPart | FilePart, files: FileSource | undefined): Promise<JsonObject> {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const base64 = await fileBase64(part, files)
  if (base64 === undefined) return { type: 'text', text: missingFileText(part) }
  const source = { type: 'base64', media_type: part.mediaType, data: base64 }
  if (/^image\/(?:jpeg|png|gif|webp)$/.test(part.mediaType)) return { type: 'image', source }
  if (part.mediaType === 'application/pdf')
    return { type: 'document', source, ...(part.name === undefined ? {} : { title: part.name }) }
  return { type: 'text', text: fileText(part, base64) ?? missingFileText(part) }
}

/** A failed result may hold text only. */
async function toolResult(result: ToolResultPart, files: FileSource | undefined): Promise<JsonObject> {
  const parts = result.error ? result.content.map((part) => textOnly(part)) : result.content
  const content = await contentBlocks(parts, files)
  return {
    type: 'tool_result',
    tool_use_id: acceptedId(result.id),
    content: content.length === 0 ? '' : content,
    ...(result.error ? { is_error: true } : {}),
  }
}

function textOnly(part: TextPart | FilePart): TextPart {
  return part.type === 'text' ? part : { type: 'text', text: missingFileText(part) }
}

function assistantBlocks(message: AssistantMessage, provider: string): readonly JsonObject[] {
  return message.content.flatMap((part): readonly JsonObject[] => {
    if (part.type === 'text') return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }]
    if (part.type === 'reasoning') return thinkingBlock(part.text, objectOf(fieldOf(part.provider, provider)))
    const input =
      part.invalid === undefined ? (objectOf(part.input) ?? { value: part.input }) : { invalid: part.invalid }
    return [{ type: 'tool_use', id: acceptedId(part.id), name: part.name, input }]
  })
}

/** Thinking goes back only as it was signed; what another provider thought stays out. */
function thinkingBlock(text: string, data: JsonObject | undefined): readonly JsonObject[] {
  const redacted = textOf(data?.['redactedData'])
  if (redacted !== undefined) return [{ type: 'redacted_thinking', data: redacted }]
  const signature = textOf(data?.['signature'])
  return signature === undefined ? [] : [{ type: 'thinking', thinking: text, signature }]
}

/** Ids of calls that other providers made may hold characters that this API refuses. */
function acceptedId(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_-]/g, '_') || '_'
}
