import type { AssistantMessage, FilePart, JsonObject, Message, TextPart, ToolResultPart } from '@keepup/core'

import { fileBase64, type FileSource, missingFileText } from '../transport/file-bytes.ts'
import type { SdkModel } from './sdk-model.ts'

/** What shapes the messages for one model. */
export interface SdkMessageRules {
  readonly version: SdkModel['specificationVersion']
  /** The root of the provider's name. */
  readonly provider: string
  readonly files: FileSource | undefined
}

/** One message in the AI SDK's prompt format of the model's version. */
export async function sdkMessage(message: Message, rules: SdkMessageRules): Promise<JsonObject> {
  if (message.role === 'assistant')
    return { role: 'assistant', content: assistantContent(message, rules.provider) }
  if (message.role === 'user')
    return { role: 'user', content: await Promise.all(message.content.map((part) => userPart(part, rules))) }
  return {
    role: 'tool',
    content: await Promise.all(message.content.map((result) => toolResult(result, rules))),
  }
}

async function userPart(part: TextPart | FilePart, rules: SdkMessageRules): Promise<JsonObject> {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const base64 = await fileBase64(part, rules.files)
  if (base64 === undefined) return { type: 'text', text: missingFileText(part) }
  return { type: 'file', mediaType: part.mediaType, ...named(part), data: fileData(base64, rules) }
}

function fileData(base64: string, { version }: SdkMessageRules): string | JsonObject {
  return version === 'v4' ? { type: 'data', data: base64 } : base64
}

function named({ name }: FilePart): JsonObject {
  return name === undefined ? {} : { filename: name }
}

function assistantContent(message: AssistantMessage, provider: string): readonly JsonObject[] {
  return message.content.flatMap((part): readonly JsonObject[] => {
    const options = part.provider === undefined ? {} : { providerOptions: part.provider }
    if (part.type === 'text')
      return part.text === '' && part.provider?.[provider] === undefined
        ? []
        : [{ type: 'text', text: part.text, ...options }]
    // Reasoning goes back to its maker only: others refuse it, or take it for their own.
    if (part.type === 'reasoning')
      return part.provider?.[provider] === undefined
        ? []
        : [{ type: 'reasoning', text: part.text, ...options }]
    const input = part.invalid === undefined ? part.input : { invalid: part.invalid }
    return [{ type: 'tool-call', toolCallId: part.id, toolName: part.name, input, ...options }]
  })
}

async function toolResult(result: ToolResultPart, rules: SdkMessageRules): Promise<JsonObject> {
  return {
    type: 'tool-result',
    toolCallId: result.id,
    toolName: result.name,
    output: await resultOutput(result, rules),
  }
}

async function resultOutput(result: ToolResultPart, rules: SdkMessageRules): Promise<JsonObject> {
  const text = result.content
    .map((part) => (part.type === 'text' ? part.text : missingFileText(part)))
    .join('\n')
  if (result.error) return { type: 'error-text', value: text }
  if (result.content.every((part) => part.type === 'text')) return { type: 'text', value: text }
  return { type: 'content', value: await Promise.all(result.content.map((part) => resultPart(part, rules))) }
}

async function resultPart(part: TextPart | FilePart, rules: SdkMessageRules): Promise<JsonObject> {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const data = await fileBase64(part, rules.files)
  if (data === undefined) return { type: 'text', text: missingFileText(part) }
  const { mediaType } = part
  if (rules.version === 'v2') return { type: 'media', data, mediaType }
  if (rules.version === 'v4') return { type: 'file', data: { type: 'data', data }, mediaType, ...named(part) }
  return mediaType.startsWith('image/')
    ? { type: 'image-data', data, mediaType }
    : { type: 'file-data', data, mediaType, ...named(part) }
}
