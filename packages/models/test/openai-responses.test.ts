import type { JsonObject, Message, MessageList } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { openaiResponses, resolveModel } from '../src/index.ts'
import { collect, failed, finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

const done = {
  type: 'response.completed',
  response: { status: 'completed', usage: { input_tokens: 3, output_tokens: 2 } },
}

async function bodyOf(messages: MessageList, model = 'gpt-5'): Promise<JsonObject> {
  await using server = await loopback((response) => sendEvents(response, [done]))
  await collect(openaiResponses({ baseUrl: server.url, model }).stream(requestOf({ messages }), never()))
  return server.received[0]?.body ?? {}
}

describe('openaiResponses', () => {
  test('reads a whole response from a server that does not stream', async () => {
    const output = [
      { type: 'reasoning', summary: [{ text: 'one' }, { text: 'two' }], encrypted_content: 'enc' },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'Hi' },
          { type: 'refusal', refusal: '!' },
        ],
      },
      { type: 'web_search_call', id: 'ws' },
      { type: 'function_call', call_id: 'c', name: 'x', arguments: '{"n":1}' },
    ]
    await using server = await loopback(
      (response) =>
        void response.end(
          JSON.stringify({
            object: 'response',
            status: 'completed',
            error: null,
            output,
            usage: { input_tokens: 3, output_tokens: 2 },
          }),
        ),
    )
    const { message, reason } = await finished(
      openaiResponses({ baseUrl: server.url, model: 'm' }).stream(requestOf(), never()),
    )
    expect(message.content).toEqual([
      { type: 'reasoning', text: 'one\n\ntwo', provider: { openai: { reasoningEncryptedContent: 'enc' } } },
      { type: 'text', text: 'Hi!' },
      { type: 'tool-call', id: 'c', name: 'x', input: { n: 1 } },
    ])
    expect(reason).toBe('tool-calls')
  })

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['something else', 'other'],
  ])('an answer that is incomplete by %s is %s', async (why, expected) => {
    await using server = await loopback((response) =>
      sendEvents(response, [
        {
          type: 'response.incomplete',
          response: { status: 'incomplete', incomplete_details: { reason: why } },
        },
      ]),
    )
    expect(
      (await finished(openaiResponses({ baseUrl: server.url, model: 'm' }).stream(requestOf(), never())))
        .reason,
    ).toBe(expected)
  })

  test.each<[string, JsonObject, object]>([
    [
      'a response that failed',
      {
        type: 'response.failed',
        response: {
          status: 'failed',
          error: { code: 'rate_limit_exceeded', message: 'Rate limit reached. Please try again in 2s.' },
        },
      },
      { kind: 'rate-limited', retryable: true, retryAfter: 2000 },
    ],
    [
      'a response that failed for its length',
      {
        type: 'response.failed',
        response: {
          status: 'failed',
          error: {
            code: 'context_length_exceeded',
            message: 'Your input exceeds the context window of this model.',
          },
        },
      },
      { kind: 'context-overflow' },
    ],
    [
      'an error event',
      { type: 'error', code: 'server_error', message: 'The server had an error' },
      { kind: 'unavailable', retryable: true },
    ],
    [
      'an error event with an object',
      { type: 'error', error: { type: 'invalid_request_error', message: 'no' } },
      { kind: 'invalid-request' },
    ],
  ])('%s is a failure', async (_, event, expected) => {
    await using server = await loopback((response) => sendEvents(response, [event]))
    expect(
      (await failed(openaiResponses({ baseUrl: server.url, model: 'm' }).stream(requestOf(), never())))
        .failure,
    ).toMatchObject(expected)
  })

  test('sends files, and failed results as such', async () => {
    const messages: readonly Message[] = [
      {
        role: 'user',
        content: [
          { type: 'file', mediaType: 'image/png', source: { base64: 'aW1n' } },
          { type: 'file', mediaType: 'application/pdf', source: { base64: 'cGRm' } },
          { type: 'file', mediaType: 'text/plain', source: { base64: 'dGV4dA==' } },
        ],
      },
      {
        role: 'assistant',
        content: [{ type: 'tool-call', id: 'c', name: 'x', input: null, invalid: '{"half' }],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', id: 'c', name: 'x', error: true, content: [{ type: 'text', text: 'no' }] },
          {
            type: 'tool-result',
            id: 'd',
            name: 'x',
            error: false,
            content: [{ type: 'file', mediaType: 'image/png', source: { base64: 'aW1n' } }],
          },
        ],
      },
    ]
    expect((await bodyOf(messages))['input']).toMatchObject([
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,aW1n' },
          { type: 'input_file', filename: 'file.pdf' },
          { type: 'input_text', text: expect.stringContaining('text') },
        ],
      },
      { type: 'function_call', call_id: 'c', arguments: '{"invalid":"{\\"half"}' },
      { type: 'function_call_output', call_id: 'c', output: 'Error: no' },
      { type: 'function_call_output', call_id: 'd', output: [{ type: 'input_image' }] },
    ])
  })

  test('leaves out reasoning that led to nothing, and that of others', async () => {
    const thought = (provider: JsonObject): Message => ({
      role: 'assistant',
      content: [
        { type: 'text', text: 'so' },
        { type: 'reasoning', text: 'hm', provider },
      ],
    })
    const body = await bodyOf([
      thought({ openai: { reasoningEncryptedContent: 'enc' } }),
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', provider: { other: {} } },
          { type: 'text', text: 'ok' },
        ],
      },
    ])
    expect(body['input']).toMatchObject([{ type: 'message' }, { type: 'message' }])
    expect(JSON.stringify(body)).not.toContain('hm')
  })

  test('asks for encrypted reasoning only of models that reason, and for nothing to be stored', async () => {
    const bodies = await Promise.all(
      ['gpt-5.6', 'o4-mini', 'gpt-10-x', 'gpt-4o', 'gpt-5-chat-latest'].map((model) =>
        bodyOf(requestOf().messages, model),
      ),
    )
    expect(bodies.map(({ include }) => include !== undefined)).toEqual([true, true, true, false, false])
    expect(bodies.every(({ store }) => store === false)).toBe(true)
  })

  test('is how a model of OpenAI is reached by name', async () => {
    await using server = await loopback((response) => sendEvents(response, [done]))
    const catalogue = {
      openai: {
        id: 'openai',
        name: 'OpenAI',
        env: ['KEY'],
        npm: '@ai-sdk/openai',
        api: server.url,
        models: {},
      },
    }
    const model = await resolveModel('openai/gpt-9', {
      environment: { KEY: 'k' },
      catalogue,
      unlisted: 'allow',
    })
    const tools = [{ name: 'x', description: 'X', input: {} }]
    await collect(
      model.stream(requestOf({ maxOutput: 5, temperature: 1, tools, toolChoice: 'none' }), never()),
    )
    expect(server.received[0]).toMatchObject({
      path: '/responses',
      headers: { authorization: 'Bearer k' },
      body: {
        model: 'gpt-9',
        instructions: 'You are terse.',
        max_output_tokens: 16,
        temperature: 1,
        tool_choice: 'none',
        tools: [{ type: 'function', name: 'x', strict: false }],
      },
    })
  })
})
