import type { JsonObject, Model, ModelRequest, ToolDefinition } from '@keepup/core'

import { createConnection } from '../transport/connection.ts'
import { endpointOf, type TransportOptions } from '../transport/endpoint.ts'
import { messageFragments } from '../transport/message-fragments.ts'
import { membersText, memberText, requestText } from '../transport/request-text.ts'
import type { Dialect } from '../transport/stream-answer.ts'
import { transportModel } from '../transport/transport-model.ts'
import { mistralCallId } from './mistral-call-id.ts'
import { OpenAIDecoder } from './openai-decoder.ts'
import { openaiMessages } from './openai-messages.ts'
import { openaiSchema } from './openai-schema.ts'

/** Options of `openaiCompatible`. */
export interface OpenAICompatibleOptions extends TransportOptions {
  /** Up to and without `/chat/completions`, such as `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string
  /** How the key is sent: `Authorization: Bearer` unless a header's name is given. */
  readonly keyHeader?: string | undefined
  /** `max_tokens`, or `max_completion_tokens` where the server wants that. */
  readonly maxOutputField?: 'max_tokens' | 'max_completion_tokens' | undefined
  /** Asks for usage at the end of a stream (`stream_options`). On unless a server refuses the field. */
  readonly streamUsage?: boolean | undefined
  /** `mistral`: ids of calls are nine letters or digits; others are renamed on the way out. */
  readonly callIds?: 'any' | 'mistral' | undefined
}

/**
 * A model behind any server that speaks OpenAI's chat completions, streamed over node:http(s).
 * Servers that answer without streaming work. A request's bytes up to the newest message do not change from turn to turn. Throws
 * `configuration-invalid` for a base URL that is none.
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Model {
  const provider = options.provider ?? 'openai-compatible'
  const id = `${provider}/${options.model}`
  const endpoint = endpointOf(options, options.baseUrl, id)
  const dialect: Dialect = {
    endpoint,
    connection: createConnection(),
    path: '/chat/completions',
    headers: headersOf(options),
    body: requestBody(options, provider),
    decoder: (request) => new OpenAIDecoder(provider, `call_${request.messages.length}_`),
  }
  return transportModel(dialect, options)
}

function headersOf({ apiKey, keyHeader, headers }: OpenAICompatibleOptions): Record<string, string> {
  const key = apiKey?.trim() ?? ''
  const authorisation = keyHeader === undefined ? { authorization: `Bearer ${key}` } : { [keyHeader]: key }
  return { ...(key === '' ? {} : authorisation), ...headers }
}

/** The order of members keeps the bytes before the newest message the same from turn to turn: what may change between turns comes last. */
function requestBody(options: OpenAICompatibleOptions, provider: string): Dialect['body'] {
  const callId = options.callIds === 'mistral' ? mistralCallId : (id: string) => id
  const rules = { provider, files: options.artifacts, callId }
  const fragmentsOf = messageFragments(async (message) => {
    const converted = await openaiMessages(message, rules)
    return converted.map((item) => JSON.stringify(item)).join(',')
  })
  const streamUsage = options.streamUsage === false ? {} : { stream_options: { include_usage: true } }
  const head = membersText({ model: options.model, stream: true, ...streamUsage, ...options.extraBody })
  return async (request) => {
    const system = request.system === '' ? '' : JSON.stringify({ role: 'system', content: request.system })
    const messages = [system, ...(await fragmentsOf(request.messages))].filter((text) => text !== '')
    return requestText([
      head,
      request.tools.length === 0 ? '' : memberText('tools', toolsText(request.tools)),
      memberText('messages', `[${messages.join(',')}]`),
      membersText(changing(request, options)),
    ])
  }
}

function changing(
  request: ModelRequest,
  { maxOutputField = 'max_tokens' }: OpenAICompatibleOptions,
): JsonObject {
  return {
    ...(request.maxOutput === undefined ? {} : { [maxOutputField]: request.maxOutput }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.tools.length > 0 && request.toolChoice === 'none' ? { tool_choice: 'none' } : {}),
  }
}

function toolsText(tools: readonly ToolDefinition[]): string {
  const functions = tools.map(({ name, description, input }) => ({
    type: 'function',
    function: { name, description, parameters: openaiSchema(input) },
  }))
  return JSON.stringify(functions)
}
