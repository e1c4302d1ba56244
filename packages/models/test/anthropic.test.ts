import { describe, expect, test } from 'vitest'

import { anthropic, resolveModel } from '../src/index.ts'
import { collect, finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

const answer = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 3, output_tokens: 2 },
}

describe('anthropic', () => {
  test('reads a whole message from a server that does not stream', async () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 't', name: 'x', input: { n: 1 } },
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
    ]
    await using server = await loopback(
      (response) => void response.end(JSON.stringify({ ...answer, content, stop_reason: 'tool_use' })),
    )
    const { message, usage, reason } = await finished(
      anthropic({ baseUrl: server.url, model: 'm' }).stream(requestOf(), never()),
    )
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'hm', provider: { anthropic: { signature: 'sig' } } },
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', id: 't', name: 'x', input: { n: 1 } },
    ])
    expect({ usage, reason }).toEqual({
      usage: { input: 3, cached: 0, cacheWritten: 0, output: 2, reasoning: 0 },
      reason: 'tool-calls',
    })
  })

  test.each([
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content-filter'],
    ['pause_turn', 'other'],
    ['toString', 'other'],
  ])('the stop reason %s is %s', async (said, expected) => {
    await using server = await loopback((response) =>
      sendEvents(response, [
        { type: 'message_delta', delta: { stop_reason: said } },
        { type: 'message_stop' },
      ]),
    )
    expect(
      (await finished(anthropic({ baseUrl: server.url, model: 'm' }).stream(requestOf(), never()))).reason,
    ).toBe(expected)
  })

  test('takes input that a server sends whole at the start of a block', async () => {
    const events = [
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 't', name: 'x', input: { n: 1 } },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"n":1}' } },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ]
    await using server = await loopback((response) => sendEvents(response, events))
    const { message } = await finished(
      anthropic({ baseUrl: server.url, model: 'm' }).stream(requestOf(), never()),
    )
    expect(message.content).toMatchObject([{ input: { n: 1 } }])
  })

  test('marks what the provider is to keep: nothing, for five minutes, or for an hour', async () => {
    await using server = await loopback((response) => void response.end(JSON.stringify(answer)))
    const tools = [{ name: 'x', description: 'X', input: {} }]
    for (const cache of ['off', '5m', '1h'] as const) {
      await collect(
        anthropic({ baseUrl: server.url, model: 'm', cache }).stream(requestOf({ tools }), never()),
      )
    }
    const marks = server.received.map(({ text }) => text.match(/"cache_control":\{[^}]*\}/g) ?? [])
    expect(marks[0]).toEqual([])
    expect(marks[1]).toEqual(Array.from({ length: 3 }, () => '"cache_control":{"type":"ephemeral"}'))
    expect(marks[2]).toEqual(
      Array.from({ length: 3 }, () => '"cache_control":{"type":"ephemeral","ttl":"1h"}'),
    )
  })

  test('never sets more than the four marks that the API allows', async () => {
    await using server = await loopback((response) => void response.end(JSON.stringify(answer)))
    const turn = [
      ...requestOf().messages,
      { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'Hi' }] },
    ]
    const messages = [...turn, ...turn, ...turn, ...requestOf().messages]
    await collect(
      anthropic({ baseUrl: server.url, model: 'm' }).stream(
        requestOf({ messages, tools: [{ name: 'x', description: 'X', input: {} }] }),
        never(),
      ),
    )
    expect(server.received[0]?.text.match(/cache_control/g)?.length).toBe(4)
  })

  test('sends its key and its version, or a bearer token, and further members', async () => {
    await using server = await loopback((response) => void response.end(JSON.stringify(answer)))
    const baseUrl = server.url
    await collect(
      anthropic({
        baseUrl,
        model: 'm',
        apiKey: ' k1 ',
        extraBody: { thinking: { type: 'adaptive' } },
      }).stream(requestOf(), never()),
    )
    await collect(
      anthropic({
        baseUrl,
        model: 'm',
        apiKey: 'k2',
        keyHeader: 'authorization',
        headers: { 'x-more': 'yes' },
      }).stream(requestOf(), never()),
    )
    expect(server.received[0]).toMatchObject({
      path: '/messages',
      headers: { 'x-api-key': 'k1', 'anthropic-version': '2023-06-01' },
      body: { thinking: { type: 'adaptive' } },
    })
    expect(server.received[1]?.headers).toMatchObject({ authorization: 'Bearer k2', 'x-more': 'yes' })
    expect(server.received[1]?.headers['x-api-key']).toBeUndefined()
  })
})

test.each(['127.0.0.1:PORT', 'http://127.0.0.1:PORT', '0.0.0.0:PORT'])(
  'OLLAMA_HOST as %s is where Ollama is asked',
  async (form) => {
    await using server = await loopback((response) =>
      sendEvents(response, [{ choices: [{ delta: { content: 'x' }, finish_reason: 'stop' }] }, '[DONE]']),
    )
    const OLLAMA_HOST = form.replace('PORT', new URL(server.url).port)
    const model = await resolveModel('ollama/qwen3:8b', { environment: { OLLAMA_HOST } })
    await finished(model.stream(requestOf(), never()))
    expect(server.received[0]).toMatchObject({ path: '/v1/chat/completions', body: { model: 'qwen3:8b' } })
  },
)
