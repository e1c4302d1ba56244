import type {
  AssistantMessage,
  FilePart,
  JsonObject,
  JsonValue,
  Message,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '@keepup/core'

import { fileBase64, type FileSource, fileText, missingFileText } from '../transport/file-bytes.ts'
import { fieldOf, objectOf, textOf } from '../transport/json-field.ts'

/** What shapes the messages for one server. */
export interface OpenAIMessageRules {
  /** Under which provider data of messages is kept. */
  readonly provider: string
  readonly files: FileSource | undefined
  /** Makes the id of a call one that the server accepts. */
  readonly callId: (id: string) => string
}

/** One message as chat-completion messages: a message of tool results becomes one per result, files that they hold follow as a user message. */
export async function openaiMessages(
  message: Message,
  rules: OpenAIMessageRules,
): Promise<readonly JsonObject[]> {
  if (message.role === 'user')
    return [{ role: 'user', content: await userContent(message.content, rules.files) }]
  if (message.role === 'assistant') return [assistantMessage(message, rules)]
  const results = message.content.map((result) => toolMessage(result, rules))
  const files = message.content.flatMap(({ content }) => content.filter((part) => part.type === 'file'))
  if (files.length === 0) return results
  const shown: TextPart = { type: 'text', text: 'Files from the tool results above:' }
  return [...results, { role: 'user', content: await userContent([shown, ...files], rules.files) }]
}

async function userContent(
  parts: readonly (TextPart | FilePart)[],
  files: FileSource | undefined,
): Promise<JsonValue> {
  if (parts.every((part) => part.type === 'text')) return parts.map(({ text }) => text).join('\n\n')
  return Promise.all(parts.map((part) => contentPart(part, files)))
}

async function contentPart(part: TextPart | FilePart, files: FileSource | undefined): Promise<JsonObject> {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const base64 = await fileBase64(part, files)
  if (base64 === undefined) return { type: 'text', text: missingFileText(part) }
  const { mediaType } = part
  const url = `data:${mediaType};base64,${base64}`
  if (mediaType.startsWith('image/')) return { type: 'image_url', image_url: { url } }
  const sound = /^audio\/(?:x-)?(wav|mp3|mpeg)/.exec(mediaType)?.[1]
  if (sound !== undefined)
    return { type: 'input_audio', input_audio: { data: base64, format: sound === 'wav' ? 'wav' : 'mp3' } }
  const text = fileText(part, base64)
  if (text !== undefined) return { type: 'text', text }
  return { type: 'file', file: { filename: part.name ?? 'file', file_data: url } }
}

function assistantMessage(message: AssistantMessage, rules: OpenAIMessageRules): JsonObject {
  const text = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
  const calls = message.content.filter((part) => part.type === 'tool-call')
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...reasoningFields(message, rules.provider, calls.length > 0),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => toolCall(call, rules)) }),
  }
}

function toolCall(call: ToolCallPart, { callId, provider }: OpenAIMessageRules): JsonObject {
  const input = call.invalid === undefined ? call.input : { invalid: call.invalid }
  const extra = objectOf(fieldOf(call.provider, provider, 'extra_content'))
  return {
    id: callId(call.id),
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(input) },
    ...(extra === undefined ? {} : { extra_content: extra }),
  }
}

/**
 * Reasoning goes back under the name it came with, only to its maker, and as plain text only beside tool calls: there DeepSeek and Moonshot
 * demand it, elsewhere older models refuse it. OpenRouter's structured details go back always.
 */
function reasoningFields(message: AssistantMessage, provider: string, besideCalls: boolean): JsonObject {
  const own = message.content.filter(
    (part) => part.type === 'reasoning' && fieldOf(part.provider, provider) !== undefined,
  )
  const data = own.map((part) => fieldOf(part.provider, provider))
  const details = data.flatMap((item) => fieldOf(item, 'reasoning_details') ?? [])
  if (details.length > 0) return { reasoning_details: details }
  const field = textOf(data.map((item) => fieldOf(item, 'field')).find((name) => name !== undefined))
  if (field === undefined || !besideCalls) return {}
  return { [field]: own.map((part) => (part.type === 'reasoning' ? part.text : '')).join('') }
}

function toolMessage(result: ToolResultPart, { callId }: OpenAIMessageRules): JsonObject {
  const text = result.content
    .map((part) => (part.type === 'text' ? part.text : `[File ${part.name ?? part.mediaType}, see below]`))
    .join('\n')
  const content = result.error && !/^\W*error/i.test(text) ? `Error: ${text}` : text
  return { role: 'tool', tool_call_id: callId(result.id), content }
}
