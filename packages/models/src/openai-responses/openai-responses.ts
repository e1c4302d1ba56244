import type { JsonObject, Model, ModelRequest, ToolDefinition } from '@keepup/core'

import { openaiSchema } from '../openai-compatible/openai-schema.ts'
import { createConnection } from '../transport/connection.ts'
import { endpointOf, type TransportOptions } from '../transport/endpoint.ts'
import { messageFragments } from '../transport/message-fragments.ts'
import { membersText, memberText, requestText } from '../transport/request-text.ts'
import type { Dialect } from '../transport/stream-answer.ts'
import { transportModel } from '../transport/transport-model.ts'
import { ResponsesDecoder } from './responses-decoder.ts'
import { responsesInput } from './responses-input.ts'

/** Options of `openaiResponses`. */
export interface OpenAIResponsesOptions extends TransportOptions {
  /** Up to and without `/responses`; `https://api.openai.com/v1` unless given. */
  readonly baseUrl?: string | undefined
  /** Whether the model reasons: its reasoning is then asked for in encrypted form, so that it can go back. Told from the name (o3, gpt-5 and later) unless given. */
  readonly reasoning?: boolean | undefined
}

/**
 * A model behind OpenAI's Responses API, streamed over node:http(s). OpenAI's newer models take tools only here. Nothing is stored there (`store`
 * is false): the whole conversation goes along with each request, reasoning encrypted. Throws `configuration-invalid` for a base URL that is none.
 */
export function openaiResponses(options: OpenAIResponsesOptions): Model {
  const provider = options.provider ?? 'openai'
  const endpoint = endpointOf(
    options,
    options.baseUrl ?? 'https://api.openai.com/v1',
    `${provider}/${options.model}`,
  )
  const key = options.apiKey?.trim() ?? ''
  const dialect: Dialect = {
    endpoint,
    connection: createConnection(),
    path: '/responses',
    headers: { ...(key === '' ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
    body: requestBody(options, provider),
    decoder: (request) => new ResponsesDecoder(endpoint, provider, `call_${request.messages.length}_`),
  }
  return transportModel(dialect, options)
}

function requestBody(options: OpenAIResponsesOptions, provider: string): Dialect['body'] {
  const itemsOf = messageFragments(async (message) => {
    const items = await responsesInput(message, { provider, files: options.artifacts })
    return items.map((item) => JSON.stringify(item)).join(',')
  })
  const reasons = options.reasoning ?? /^(?:o\d|gpt-(?:[5-9]|\d\d))(?!.*chat)/.test(options.model)
  const include = reasons ? { include: ['reasoning.encrypted_content'] } : {}
  const head = membersText({
    model: options.model,
    stream: true,
    store: false,
    ...include,
    ...options.extraBody,
  })
  return async (request) => {
    const items = (await itemsOf(request.messages)).filter((text) => text !== '')
    return requestText([
      head,
      request.tools.length === 0 ? '' : memberText('tools', toolsText(request.tools)),
      request.system === '' ? '' : membersText({ instructions: request.system }),
      memberText('input', `[${items.join(',')}]`),
      membersText(changing(request)),
    ])
  }
}

/** What may differ from turn to turn comes last. The API takes no output limit below 16. */
function changing(request: ModelRequest): JsonObject {
  return {
    ...(request.maxOutput === undefined ? {} : { max_output_tokens: Math.max(16, request.maxOutput) }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.tools.length > 0 && request.toolChoice === 'none' ? { tool_choice: 'none' } : {}),
  }
}

/** Strict mode refuses most schemas that people write. */
function toolsText(tools: readonly ToolDefinition[]): string {
  return JSON.stringify(
    tools.map(({ name, description, input }) => ({
      type: 'function',
      name,
      description,
      parameters: openaiSchema(input),
      strict: false,
    })),
  )
}
