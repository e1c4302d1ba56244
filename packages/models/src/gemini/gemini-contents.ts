import type { AssistantMessage, FilePart, JsonObject, Message, TextPart, ToolResultPart } from '@keepup/core'

import { fileBase64, type FileSource, fileText, missingFileText } from '../transport/file-bytes.ts'
import { fieldOf, objectOf, textOf } from '../transport/json-field.ts'

/** One message as parts of Gemini's contents, each as JSON text. */
export interface GeminiParts {
  readonly role: 'user' | 'model'
  /** Results of functions: they follow their calls at once. */
  readonly results: readonly string[]
  readonly parts: readonly string[]
}

/** What shapes the parts. */
export interface GeminiMessageRules {
  /** Under which provider data of messages is kept. */
  readonly provider: string
  readonly files: FileSource | undefined
  /** Whether the model refuses a call without a signature (Gemini 3 and later). */
  readonly signedCalls: boolean
}

/** One message as parts. */
export async function geminiParts(message: Message, rules: GeminiMessageRules): Promise<GeminiParts> {
  if (message.role === 'assistant')
    return { role: 'model', results: [], parts: texts(modelParts(message, rules)) }
  if (message.role === 'user')
    return { role: 'user', results: [], parts: texts(await contentParts(message.content, rules.files)) }
  const files = message.content.flatMap(({ content }) => content.filter((part) => part.type === 'file'))
  return {
    role: 'user',
    results: texts(message.content.map((result) => functionResponse(result))),
    parts: texts(await contentParts(files, rules.files)),
  }
}

/** Contents as JSON text: messages of the same side joined, results of functions first. */
export function contentsText(messages: readonly GeminiParts[]): string {
  const turns: { role: string; results: string[]; parts: string[] }[] = []
  for (const { role, results, parts } of messages) {
    if (results.length + parts.length === 0) continue
    const last = turns.at(-1)
    const turn = last?.role === role ? last : { role, results: [], parts: [] }
    if (turn !== last) turns.push(turn)
    turn.results.push(...results)
    turn.parts.push(...parts)
  }
  return `[${turns.map(({ role, results, parts }) => `{"role":"${role}","parts":[${[...results, ...parts].join(',')}]}`).join(',')}]`
}

function texts(parts: readonly JsonObject[]): readonly string[] {
  return parts.map((part) => JSON.stringify(part))
}

async function contentParts(
  parts: readonly (TextPart | FilePart)[],
  files: FileSource | undefined,
): Promise<readonly JsonObject[]> {
  const shown = parts.filter((part) => part.type === 'file' || part.text !== '')
  return Promise.all(shown.map((part) => contentPart(part, files)))
}

async function contentPart(part: TextPart | FilePart, files: FileSource | undefined): Promise<JsonObject> {
  if (part.type === 'text') return { text: part.text }
  const base64 = await fileBase64(part, files)
  if (base64 === undefined) return { text: missingFileText(part) }
  const text = fileText(part, base64)
  return text === undefined ? { inlineData: { mimeType: part.mediaType, data: base64 } } : { text }
}

function functionResponse(result: ToolResultPart): JsonObject {
  const text = result.content
    .map((part) => (part.type === 'text' ? part.text : `[File ${part.name ?? part.mediaType}, see below]`))
    .join('\n')
  return {
    functionResponse: {
      id: result.id,
      name: result.name,
      response: result.error ? { error: text } : { output: text },
    },
  }
}

function modelParts(
  message: AssistantMessage,
  { provider, signedCalls }: GeminiMessageRules,
): readonly JsonObject[] {
  const signatures = message.content.map((part) =>
    textOf(fieldOf(part.provider, provider, 'thoughtSignature')),
  )
  const firstCall = message.content.findIndex((part) => part.type === 'tool-call')
  return message.content.flatMap((part, index): readonly JsonObject[] => {
    const unsigned = signedCalls && index === firstCall ? foreignSignature : undefined
    const signature = signatures[index] ?? unsigned
    const signed = signature === undefined ? {} : { thoughtSignature: signature }
    if (part.type === 'tool-call') {
      const args =
        part.invalid === undefined
          ? (objectOf(part.input) ?? { value: part.input })
          : { invalid: part.invalid }
      return [{ functionCall: { id: part.id, name: part.name, args }, ...signed }]
    }
    if (part.type === 'reasoning')
      return fieldOf(part.provider, provider) === undefined
        ? []
        : [{ text: part.text, thought: true, ...signed }]
    return part.text === '' && signature === undefined ? [] : [{ text: part.text, ...signed }]
  })
}

/** What Google documents for calls that another model made. */
const foreignSignature = 'skip_thought_signature_validator'
