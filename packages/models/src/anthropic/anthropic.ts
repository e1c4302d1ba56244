import type { JsonObject, Model, ModelRequest, ToolDefinition } from '@keepup/core'

import { createConnection } from '../transport/connection.ts'
import { endpointOf, type TransportOptions } from '../transport/endpoint.ts'
import { messageFragments } from '../transport/message-fragments.ts'
import { membersText, memberText, requestText } from '../transport/request-text.ts'
import type { Dialect } from '../transport/stream-answer.ts'
import { transportModel } from '../transport/transport-model.ts'
import { anthropicBlocks } from './anthropic-blocks.ts'
import { AnthropicDecoder } from './anthropic-decoder.ts'
import { marked, type PromptCache, turnsText } from './cache-marks.ts'

/** Options of `anthropic`. */
export interface AnthropicOptions extends TransportOptions {
  /** Up to and without `/messages`; `https://api.anthropic.com/v1` unless given. */
  readonly baseUrl?: string | undefined
  /** How the key is sent: `x-api-key`, or `authorization` (as a bearer token) for gateways that want that. */
  readonly keyHeader?: 'x-api-key' | 'authorization' | undefined
  /** What `max_tokens` is where a request does not say: the API demands one. 8,192 unless given. */
  readonly maxOutput?: number | undefined
  /** Prompt caching. `5m` unless given; `1h` costs more to write. */
  readonly cache?: PromptCache | undefined
}

/**
 * A model behind Anthropic's messages API (version 2023-06-01), streamed over node:http(s).
 * Signed thinking goes back as it came. Cache marks stand at the end of the tools, of the system prompt, of the newest user's turn and of the one
 * before: four, all that the API allows. Throws `configuration-invalid` for a base URL that is none.
 */
export function anthropic(options: AnthropicOptions): Model {
  const provider = options.provider ?? 'anthropic'
  const id = `${provider}/${options.model}`
  const base = options.baseUrl ?? 'https://api.anthropic.com/v1'
  const dialect: Dialect = {
    endpoint: endpointOf(options, base, id),
    connection: createConnection(),
    path: '/messages',
    headers: headersOf(options),
    body: requestBody(options, provider),
    decoder: (request) => new AnthropicDecoder(provider, `call_${request.messages.length}_`),
  }
  return transportModel(dialect, options)
}

function headersOf({ apiKey, keyHeader, headers }: AnthropicOptions): Record<string, string> {
  const key = apiKey?.trim() ?? ''
  const authorisation: Record<string, string> =
    keyHeader === 'authorization' ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }
  return { 'anthropic-version': '2023-06-01', ...(key === '' ? {} : authorisation), ...headers }
}

function requestBody(options: AnthropicOptions, provider: string): Dialect['body'] {
  const { cache = '5m' } = options
  const blocksOf = messageFragments((message) =>
    anthropicBlocks(message, { provider, files: options.artifacts }),
  )
  const head = membersText({ model: options.model, stream: true, ...options.extraBody })
  return async (request) => {
    const system = JSON.stringify({ type: 'text', text: request.system })
    return requestText([
      head,
      request.tools.length === 0 ? '' : memberText('tools', toolsText(request.tools, cache)),
      request.system.trim() === '' ? '' : memberText('system', `[${marked(system, cache)}]`),
      memberText('messages', turnsText(await blocksOf(request.messages), cache)),
      membersText(changing(request, options)),
    ])
  }
}

/** What may differ from turn to turn comes last. */
function changing(request: ModelRequest, { maxOutput = 8192 }: AnthropicOptions): JsonObject {
  return {
    max_tokens: request.maxOutput ?? maxOutput,
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.tools.length > 0 && request.toolChoice === 'none' ? { tool_choice: { type: 'none' } } : {}),
  }
}

function toolsText(tools: readonly ToolDefinition[], cache: PromptCache): string {
  const texts = tools.map(({ name, description, input }) =>
    JSON.stringify({ name, description, input_schema: { ...input, type: 'object' } }),
  )
  return `[${texts.map((text, index) => (index === texts.length - 1 ? marked(text, cache) : text)).join(',')}]`
}
