import type { Model } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { openaiCompatible, resolveModel } from '../src/index.ts'
import { collect, finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

function chunk(delta: object, more: object = {}): string {
  return JSON.stringify({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  })
}

const answered = [
  chunk({ role: 'assistant', content: 'Hel' }),
  chunk({ content: 'lo' }),
  chunk({}, { finish_reason: 'stop' }),
]
const usage = JSON.stringify({
  choices: [],
  usage: { prompt_tokens: 12, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 8 } },
})

function modelAt(url: string): Model {
  return openaiCompatible({ baseUrl: `${url}/v1`, model: 'm', apiKey: 'key-123456' })
}

describe('openaiCompatible', () => {
  test('streams text as deltas and ends with the whole message and its usage', async () => {
    await using server = await loopback((response) => sendEvents(response, [...answered, usage, '[DONE]']))
    const events = await collect(modelAt(server.url).stream(requestOf(), never()))
    expect(events).toEqual([
      { type: 'text-delta', text: 'Hel' },
      { type: 'text-delta', text: 'lo' },
      {
        type: 'finished',
        message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
        reason: 'stop',
        usage: { input: 12, cached: 8, cacheWritten: 0, output: 3, reasoning: 0 },
      },
    ])
    expect(server.received[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer key-123456' },
    })
  })

  test('uses its socket again for the next call', async () => {
    await using server = await loopback((response) => sendEvents(response, [...answered, usage, '[DONE]']))
    const model = modelAt(server.url)
    await finished(model.stream(requestOf(), never()))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await finished(model.stream(requestOf(), never()))
    expect(server.connections()).toBe(1)
  })
})

describe('resolveModel', () => {
  test('makes a model of openai-compatible:URL#NAME', async () => {
    await using server = await loopback((response) => sendEvents(response, [...answered, '[DONE]']))
    const model = await resolveModel(`openai-compatible:${server.url}/v1#org/model:tag`, { environment: {} })
    expect(model.id).toBe('openai-compatible/org/model:tag')
    await finished(model.stream(requestOf(), never()))
    expect(server.received[0]?.body['model']).toBe('org/model:tag')
    expect(server.received[0]?.headers.authorization).toBeUndefined()
  })
})
