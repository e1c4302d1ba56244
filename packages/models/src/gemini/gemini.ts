import type { JsonObject, Model, ModelRequest, ToolDefinition } from '@keepup/core'

import { createConnection } from '../transport/connection.ts'
import { endpointOf, type TransportOptions } from '../transport/endpoint.ts'
import { messageFragments } from '../transport/message-fragments.ts'
import { membersText, memberText, requestText } from '../transport/request-text.ts'
import type { Dialect } from '../transport/stream-answer.ts'
import { transportModel } from '../transport/transport-model.ts'
import { contentsText, geminiParts } from './gemini-contents.ts'
import { GeminiDecoder } from './gemini-decoder.ts'
import { geminiSchema } from './gemini-schema.ts'

/** Options of `gemini`. */
export interface GeminiOptions extends TransportOptions {
  /** Up to and without `/models/…`; `https://generativelanguage.googleapis.com/v1beta` unless given. */
  readonly baseUrl?: string | undefined
  /** Whether to ask for summaries of thoughts. On for models that think (2.5 and later) unless given. */
  readonly includeThoughts?: boolean | undefined
}

/**
 * A model behind Google's Gemini API (`streamGenerateContent`), streamed over node:http(s). Thought signatures go back as they came.
 * The key travels in a header, never in the URL. Throws `configuration-invalid` for a base URL that is none.
 */
export function gemini(options: GeminiOptions): Model {
  const provider = options.provider ?? 'google'
  const id = `${provider}/${options.model}`
  const base = options.baseUrl ?? 'https://generativelanguage.googleapis.com/v1beta'
  const key = options.apiKey?.trim() ?? ''
  const dialect: Dialect = {
    endpoint: endpointOf(options, base, id),
    connection: createConnection(),
    path: `/models/${encodeURIComponent(options.model.replace(/^models\//, ''))}:streamGenerateContent?alt=sse`,
    headers: { ...(key === '' ? {} : { 'x-goog-api-key': key }), ...options.headers },
    body: requestBody(options, provider),
    decoder: (request) => new GeminiDecoder(provider, `call_${request.messages.length}_`),
  }
  return transportModel(dialect, options)
}

function requestBody(options: GeminiOptions, provider: string): Dialect['body'] {
  const version = Number(/gemini-(\d+(?:\.\d+)?)/.exec(options.model)?.[1] ?? 0)
  const rules = { provider, files: options.artifacts, signedCalls: version >= 3 }
  const partsOf = messageFragments((message) => geminiParts(message, rules))
  const thoughts = options.includeThoughts ?? version >= 2.5
  return async (request) =>
    requestText([
      membersText(options.extraBody ?? {}),
      request.tools.length === 0 ? '' : memberText('tools', toolsText(request.tools)),
      request.system === '' ? '' : membersText({ systemInstruction: { parts: [{ text: request.system }] } }),
      memberText('contents', contentsText(await partsOf(request.messages))),
      membersText(changing(request, thoughts)),
    ])
}

/** What may differ from turn to turn comes last. */
function changing(request: ModelRequest, thoughts: boolean): JsonObject {
  const generation: JsonObject = {
    ...(thoughts ? { thinkingConfig: { includeThoughts: true } } : {}),
    ...(request.maxOutput === undefined ? {} : { maxOutputTokens: request.maxOutput }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
  }
  return {
    ...(Object.keys(generation).length === 0 ? {} : { generationConfig: generation }),
    ...(request.tools.length > 0 && request.toolChoice === 'none'
      ? { toolConfig: { functionCallingConfig: { mode: 'NONE' } } }
      : {}),
  }
}

function toolsText(tools: readonly ToolDefinition[]): string {
  const functionDeclarations = tools.map(({ name, description, input }) => {
    const parameters = geminiSchema(input)
    return { name, description, ...(parameters === undefined ? {} : { parameters }) }
  })
  return JSON.stringify([{ functionDeclarations }])
}
