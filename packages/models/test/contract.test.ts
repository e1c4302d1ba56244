import type { ServerResponse } from 'node:http'

import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { JsonObject, Model } from '@keepup/core'
import { answerText, describeModel, type ModelHarness, type ProviderBehaviour } from '@keepup/testing'

import { anthropic, gemini, languageModel, openaiCompatible, openaiResponses } from '../src/index.ts'
import { loopback } from './loopback.ts'

/** What a provider sends, in its own format. */
interface Wire {
  readonly text: (text: string) => readonly JsonObject[]
  readonly calls: readonly JsonObject[]
  readonly end: (reason: 'stop' | 'calls') => readonly JsonObject[]
}

const firstInput = { path: 'a' }
const secondInput = { path: 'b', deep: [1] }

const chat = (delta: JsonObject, reason: string | null = null): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason: reason }],
})
const chatWire: Wire = {
  text: (text) => [chat({ content: text })],
  calls: [firstInput, secondInput].map((input, index) =>
    chat({
      tool_calls: [
        {
          index,
          id: `id-${index}`,
          type: 'function',
          function: { name: 'look', arguments: JSON.stringify(input) },
        },
      ],
    }),
  ),
  end: (reason) => [
    chat({}, reason === 'stop' ? 'stop' : 'tool_calls'),
    { choices: [], usage: { prompt_tokens: 9, completion_tokens: 4 } },
  ],
}
const anthropicWire: Wire = {
  text: (text) => [
    { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  ],
  calls: [firstInput, secondInput].flatMap((input, index) => [
    {
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id: `id-${index}`, name: 'look', input: {} },
    },
    {
      type: 'content_block_delta',
      index,
      delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
    },
  ]),
  end: (reason) => [
    {
      type: 'message_delta',
      delta: { stop_reason: reason === 'stop' ? 'end_turn' : 'tool_use' },
      usage: { output_tokens: 4 },
    },
    { type: 'message_stop' },
  ],
}
const responsesWire: Wire = {
  text: (text) => [{ type: 'response.output_text.delta', output_index: 0, delta: text }],
  calls: [firstInput, secondInput].flatMap((input, index) => [
    {
      type: 'response.output_item.added',
      output_index: index,
      item: { type: 'function_call', call_id: `id-${index}`, name: 'look' },
    },
    { type: 'response.function_call_arguments.delta', output_index: index, delta: JSON.stringify(input) },
  ]),
  end: () => [
    {
      type: 'response.completed',
      response: { status: 'completed', usage: { input_tokens: 9, output_tokens: 4 } },
    },
  ],
}
const geminiWire: Wire = {
  text: (text) => [{ candidates: [{ content: { role: 'model', parts: [{ text }] } }] }],
  calls: [firstInput, secondInput].map((args) => ({
    candidates: [{ content: { role: 'model', parts: [{ functionCall: { name: 'look', args } }] } }],
  })),
  end: () => [
    {
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4 },
    },
  ],
}

function harness(wire: Wire, at: (url: string) => Model): ModelHarness {
  return {
    async create(behaviour) {
      const server = await loopback((response) => behave(response, behaviour, wire))
      const model = at(behaviour === 'is-away' ? 'http://127.0.0.1:1' : server.url)
      return {
        model,
        calls: () => server.received.length,
        dispose: async () => server[Symbol.asyncDispose](),
      }
    },
  }
}

function behave(response: ServerResponse, behaviour: ProviderBehaviour, wire: Wire): void {
  const send = (events: readonly JsonObject[]): void => {
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`)
  }
  if (behaviour === 'refuses')
    return void response
      .writeHead(429, { 'content-type': 'application/json' })
      .end('{"error":{"message":"slow down"}}')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (behaviour === 'babbles') return void response.end('data: {"choices": [}\n\n')
  if (behaviour === 'calls') send([...wire.calls, ...wire.end('calls')])
  if (behaviour === 'answers')
    send([...wire.text(answerText.slice(0, 8)), ...wire.text(answerText.slice(8)), ...wire.end('stop')])
  if (behaviour === 'calls' || behaviour === 'answers') return void response.end()
  send(wire.text('half'))
  if (behaviour === 'breaks') setTimeout(() => response.destroy(), 20)
}

describeModel(
  'openaiCompatible',
  harness(chatWire, (url) => openaiCompatible({ baseUrl: `${url}/v1`, model: 'm' })),
)
describeModel(
  'openaiResponses',
  harness(responsesWire, (url) => openaiResponses({ baseUrl: `${url}/v1`, model: 'm' })),
)
describeModel(
  'anthropic',
  harness(anthropicWire, (url) => anthropic({ baseUrl: `${url}/v1`, model: 'm' })),
)
describeModel(
  'gemini',
  harness(geminiWire, (url) => gemini({ baseUrl: `${url}/v1beta`, model: 'm' })),
)
describeModel(
  'languageModel',
  harness(chatWire, (url) =>
    languageModel(createOpenAICompatible({ name: 'fake', baseURL: `${url}/v1` })('m')),
  ),
)
