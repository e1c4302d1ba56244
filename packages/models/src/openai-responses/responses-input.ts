import type {
  AssistantMessage,
  FilePart,
  JsonObject,
  JsonValue,
  Message,
  TextPart,
  ToolResultPart,
} from '@keepup/core'

import { fileBase64, type FileSource, fileText, missingFileText } from '../transport/file-bytes.ts'
import { fieldOf, textOf } from '../transport/json-field.ts'

/** What shapes the items. */
export interface ResponsesInputRules {
  /** Under which provider data of messages is kept. */
  readonly provider: string
  readonly files: FileSource | undefined
}

/** One message as input items of the Responses API. */
export async function responsesInput(
  message: Message,
  rules: ResponsesInputRules,
): Promise<readonly JsonObject[]> {
  if (message.role === 'user')
    return [{ role: 'user', content: await inputContent(message.content, rules.files) }]
  if (message.role === 'assistant') return outputItems(message, rules.provider)
  return Promise.all(message.content.map((result) => callOutput(result, rules.files)))
}

async function inputContent(
  parts: readonly (TextPart | FilePart)[],
  files: FileSource | undefined,
): Promise<readonly JsonObject[]> {
  return Promise.all(parts.map((part) => inputPart(part, files)))
}

async function inputPart(part: TextPart | FilePart, files: FileSource | undefined): Promise<JsonObject> {
  if (part.type === 'text') return { type: 'input_text', text: part.text }
  const base64 = await fileBase64(part, files)
  if (base64 === undefined) return { type: 'input_text', text: missingFileText(part) }
  const url = `data:${part.mediaType};base64,${base64}`
  if (part.mediaType.startsWith('image/')) return { type: 'input_image', image_url: url }
  if (part.mediaType === 'application/pdf')
    return { type: 'input_file', filename: part.name ?? 'file.pdf', file_data: url }
  return { type: 'input_text', text: fileText(part, base64) ?? missingFileText(part) }
}

async function callOutput(result: ToolResultPart, files: FileSource | undefined): Promise<JsonObject> {
  return { type: 'function_call_output', call_id: result.id, output: await outputOf(result, files) }
}

async function outputOf(result: ToolResultPart, files: FileSource | undefined): Promise<JsonValue> {
  const text = result.content
    .map((part) => (part.type === 'text' ? part.text : missingFileText(part)))
    .join('\n')
  if (result.error) return /^\W*error/i.test(text) ? text : `Error: ${text}`
  return result.content.every((part) => part.type === 'text') ? text : inputContent(result.content, files)
}

/** Reasoning goes back encrypted, as it came, and only before what it led to: the API refuses it at the end. */
function outputItems(message: AssistantMessage, provider: string): readonly JsonObject[] {
  const lastOther = message.content.findLastIndex(({ type }) => type !== 'reasoning')
  return message.content.slice(0, lastOther + 1).flatMap((part): readonly JsonObject[] => {
    if (part.type === 'text') return part.text === '' ? [] : [outputText(part, provider)]
    if (part.type === 'tool-call') {
      const input = part.invalid === undefined ? part.input : { invalid: part.invalid }
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: JSON.stringify(input) }]
    }
    const encrypted = textOf(fieldOf(part.provider, provider, 'reasoningEncryptedContent'))
    const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }]
    return encrypted === undefined ? [] : [{ type: 'reasoning', summary, encrypted_content: encrypted }]
  })
}

/** Newer models tell comments on the way from the answer, and want to be told again which was which. */
function outputText(part: TextPart, provider: string): JsonObject {
  const phase = textOf(fieldOf(part.provider, provider, 'phase'))
  return {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: part.text }],
    ...(phase === undefined ? {} : { phase }),
  }
}
