import type { JsonObject } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { answerOf, calls, delta, end, modelAt } from './chat-chunks.ts'
import { collect, finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

describe('reasoning', () => {
  async function secondRequest(first: readonly JsonObject[], provider = 'some'): Promise<JsonObject> {
    await using server = await loopback((response) => sendEvents(response, [...first, '[DONE]']))
    const { message } = await finished(modelAt(server.url).stream(requestOf(), never()))
    const messages = [...requestOf().messages, message]
    await collect(modelAt(server.url, { provider }).stream(requestOf({ messages }), never()))
    return server.received[1]?.body ?? {}
  }
  const call = calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } })

  test('goes back beside tool calls, under the name it came with', async () => {
    const body = await secondRequest([
      delta({ reasoning_content: 'let me ' }),
      delta({ reasoning_content: 'see' }),
      call,
      end,
    ])
    expect(body['messages']).toMatchObject([{}, {}, { role: 'assistant', reasoning_content: 'let me see' }])
  })

  test('stays out of an answer without tool calls, and out of requests to another provider', async () => {
    const plain = await secondRequest([delta({ reasoning_content: 'hm' }), delta({ content: 'x' }, 'stop')])
    const foreign = await secondRequest([delta({ reasoning_content: 'hm' }), call, end], 'other')
    expect(JSON.stringify([plain, foreign])).not.toContain('hm')
  })

  test('in structured details goes back whole, its pieces joined', async () => {
    const piece = (more: JsonObject): JsonObject =>
      delta({ reasoning: 'x', reasoning_details: [{ type: 'reasoning.text', index: 0, ...more }] })
    const body = await secondRequest([
      piece({ text: 'let ' }),
      piece({ text: 'me' }),
      piece({ signature: 'sig' }),
      delta({ reasoning_details: [{ type: 'reasoning.encrypted', index: 1, data: 'd' }] }),
      delta({ content: 'ok' }, 'stop'),
    ])
    expect(body['messages']).toMatchObject([
      {},
      {},
      {
        reasoning_details: [
          { type: 'reasoning.text', index: 0, text: 'let me', signature: 'sig' },
          { type: 'reasoning.encrypted', index: 1, data: 'd' },
        ],
      },
    ])
  })

  test('of Mistral is read from the content', async () => {
    const { message } = await answerOf([
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
      delta({ content: [{ type: 'text', text: 'yes' }] }, 'stop'),
    ])
    expect(message.content).toMatchObject([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'yes' },
    ])
  })

  test('signatures of Google on calls go back', async () => {
    const extra = { google: { thought_signature: 'sig' } }
    const body = await secondRequest([
      calls({ index: 0, id: 'a', extra_content: extra, function: { name: 'x', arguments: '{}' } }),
      end,
    ])
    expect(body['messages']).toMatchObject([{}, {}, { tool_calls: [{ extra_content: extra }] }])
  })
})
