import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { Message } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { languageModel } from '../src/index.ts'
import { delta } from './chat-chunks.ts'
import { fixture } from './fixture.ts'
import { failed, finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

const tools = [
  {
    name: 'read',
    description: 'Reads.',
    input: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
]

describe('the real packages', () => {
  test('@ai-sdk/openai-compatible, there and back', async () => {
    await using server = await loopback((response, _, nth) => {
      if (nth === 1)
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(fixture('openai-compatible-turn-1'))
      else sendEvents(response, [delta({ content: 'done' }, 'stop'), '[DONE]'])
    })
    const provider = createOpenAICompatible({
      name: 'fake',
      baseURL: `${server.url}/v1`,
      apiKey: 'k',
      includeUsage: true,
    })
    const model = languageModel(provider('m'))
    expect(model.id).toBe('fake/m')
    const first = await finished(model.stream(requestOf({ tools }), never()))
    expect(first).toMatchObject({
      reason: 'tool-calls',
      usage: { input: 82, cached: 64, output: 31, reasoning: 12 },
    })
    expect(first.message.content).toMatchObject([
      { id: 'call_Wq7', input: { path: 'src/größe.ts' } },
      { id: 'call_Wq8', input: {} },
    ])
    const results: Message = {
      role: 'tool',
      content: ['call_Wq7', 'call_Wq8'].map((id) => ({
        type: 'tool-result',
        id,
        name: 'read',
        error: false,
        content: [{ type: 'text', text: '42' }],
      })),
    }
    const second = await finished(
      model.stream(
        requestOf({ tools, messages: [...requestOf().messages, first.message, results] }),
        never(),
      ),
    )
    expect(second.message.content).toEqual([{ type: 'text', text: 'done' }])
    expect(server.received[1]?.body['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { tool_calls: [{ id: 'call_Wq7' }, { id: 'call_Wq8' }] },
      { role: 'tool', tool_call_id: 'call_Wq7', content: '42' },
      { role: 'tool' },
    ])
  })

  test('@ai-sdk/anthropic gets its signed thinking back', async () => {
    await using server = await loopback(
      (response, _, nth) =>
        void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(fixture(`anthropic-turn-${Math.min(nth, 2)}`)),
    )
    const model = languageModel(createAnthropic({ baseURL: `${server.url}/v1`, apiKey: 'k' })('claude-test'))
    expect(model.id).toBe('anthropic/claude-test')
    const first = await finished(model.stream(requestOf({ tools }), never()))
    expect(first).toMatchObject({
      reason: 'tool-calls',
      usage: { input: 152, cached: 100, cacheWritten: 40, output: 89 },
    })
    const results: Message = {
      role: 'tool',
      content: ['toolu_01T1', 'toolu_01T2'].map((id) => ({
        type: 'tool-result',
        id,
        name: 'read',
        error: false,
        content: [{ type: 'text', text: '42' }],
      })),
    }
    await finished(
      model.stream(
        requestOf({ tools, messages: [...requestOf().messages, first.message, results] }),
        never(),
      ),
    )
    expect(server.received[1]?.body['messages']).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h' },
          { type: 'redacted_thinking' },
          { type: 'text' },
          { type: 'tool_use' },
          { type: 'tool_use' },
        ],
      },
      { content: [{ type: 'tool_result' }, { type: 'tool_result', cache_control: { type: 'ephemeral' } }] },
    ])
  })

  test.each([401, 429, 500])('their errors keep the status %i', async (status) => {
    await using server = await loopback(
      (response) =>
        void response
          .writeHead(status, { 'content-type': 'application/json', 'retry-after': '2' })
          .end('{"error":{"message":"no"}}'),
    )
    const model = languageModel(
      createOpenAICompatible({ name: 'fake', baseURL: server.url, apiKey: 'k' })('m'),
    )
    expect((await failed(model.stream(requestOf(), never()))).failure).toMatchObject({
      status,
      retryAfter: 2000,
    })
  })
})
