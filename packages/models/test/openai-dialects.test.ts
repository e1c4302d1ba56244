import type { JsonObject } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { answerOf, calls, delta, end, modelAt } from './chat-chunks.ts'
import { collect, finished, loopback, never, requestOf, sendEvents, sendInPieces } from './loopback.ts'

describe('tool calls in the dialects of servers', () => {
  test.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    [
      'numbered pieces',
      [
        calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{"n"' } }),
        calls({ index: 1, id: 'b', function: { name: 'y', arguments: '{' } }),
        calls({ index: 0, function: { arguments: ':1}' } }),
        calls({ index: 1, function: { arguments: '}' } }),
      ],
      [
        { id: 'a', name: 'x', input: { n: 1 } },
        { id: 'b', name: 'y', input: {} },
      ],
    ],
    [
      'whole calls in one event',
      [
        calls(
          { index: 0, id: 'a', function: { name: 'x', arguments: '{"n":1}' } },
          { index: 1, id: 'b', function: { name: 'y', arguments: '{}' } },
        ),
      ],
      [
        { id: 'a', name: 'x', input: { n: 1 } },
        { id: 'b', name: 'y', input: {} },
      ],
    ],
    [
      'every call numbered 0, told apart by id',
      [
        calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{"n":1}' } }),
        calls({ index: 0, id: 'b', function: { name: 'x', arguments: '{"n":' } }),
        calls({ index: 0, id: 'b', function: { arguments: '2}' } }),
      ],
      [
        { id: 'a', name: 'x', input: { n: 1 } },
        { id: 'b', name: 'x', input: { n: 2 } },
      ],
    ],
    [
      'without numbers, pieces after their head',
      [
        calls({ id: 'a', function: { name: 'x', arguments: '' } }),
        calls({ function: { arguments: '{"n":1}' } }),
        calls({ id: 'b', function: { name: 'y' } }),
      ],
      [
        { id: 'a', name: 'x', input: { n: 1 } },
        { id: 'b', name: 'y', input: {} },
      ],
    ],
    [
      'without numbers and ids, one whole call after another',
      [
        calls({ function: { name: 'x', arguments: '{"n":1}' } }),
        calls({ function: { name: 'x', arguments: { n: 2 } } }),
      ],
      [
        { id: 'call_1_1', name: 'x', input: { n: 1 } },
        { id: 'call_1_2', name: 'x', input: { n: 2 } },
      ],
    ],
    [
      'arguments as an object',
      [calls({ index: 0, id: 'a', function: { name: 'x', arguments: { n: [1] } } })],
      [{ id: 'a', name: 'x', input: { n: [1] } }],
    ],
    [
      'arguments packed twice',
      [calls({ index: 0, id: 'a', function: { name: 'x', arguments: '"{\\"n\\":1}"' } })],
      [{ id: 'a', name: 'x', input: { n: 1 } }],
    ],
    [
      'no arguments',
      [calls({ index: 0, id: 'a', function: { name: 'x', arguments: null } })],
      [{ id: 'a', name: 'x', input: {} }],
    ],
    [
      'arguments that are no JSON',
      [calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{"n":' } })],
      [{ id: 'a', name: 'x', input: null, invalid: '{"n":' }],
    ],
    [
      'the name after the id',
      [calls({ index: 0, id: 'a' }), calls({ index: 0, function: { name: 'x', arguments: '{}' } })],
      [{ id: 'a', name: 'x', input: {} }],
    ],
    [
      'the name in every piece',
      [
        calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{' } }),
        calls({ index: 0, id: 'a', function: { name: 'x', arguments: '}' } }),
      ],
      [{ id: 'a', name: 'x', input: {} }],
    ],
    [
      'the call of old',
      [
        delta({ function_call: { name: 'x', arguments: '{"n"' } }),
        delta({ function_call: { arguments: ':1}' } }),
      ],
      [{ id: 'call_1_1', name: 'x', input: { n: 1 } }],
    ],
  ])('%s', async (_, events, expected) => {
    const { message, reason } = await answerOf([...events, end])
    expect(message.content).toEqual(expected.map((call) => ({ type: 'tool-call', ...call })))
    expect(reason).toBe('tool-calls')
  })

  test('a server that says stop, but calls tools, means tool calls', async () => {
    const { reason } = await answerOf([
      calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } }),
      delta({}, 'stop'),
    ])
    expect(reason).toBe('tool-calls')
  })

  test('a call that was cut by the length keeps that reason and its raw text', async () => {
    const { reason, message } = await answerOf([
      calls({ index: 0, id: 'a', function: { name: 'x', arguments: '{"text":"ab' } }),
      delta({}, 'length'),
    ])
    expect(reason).toBe('length')
    expect(message.content).toMatchObject([{ invalid: '{"text":"ab' }])
  })
})

describe('servers that do not stream', () => {
  const whole = {
    object: 'chat.completion',
    choices: [
      {
        message: {
          role: 'assistant',
          content: 'Hi',
          reasoning_content: 'hm',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'x', arguments: '{"n":1}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  }

  test.each([
    ['application/json', JSON.stringify(whole, null, 2)],
    ['text/event-stream', `\n ${JSON.stringify(whole)}\n`],
    ['text/plain', `\uFEFF${JSON.stringify(whole)}`],
    [
      'application/x-ndjson',
      `${JSON.stringify(delta({ reasoning_content: 'hm' }))}\n${JSON.stringify(whole).replace('"reasoning_content":"hm",', '')}\n`,
    ],
    ['text/plain', `data: ${JSON.stringify(whole)}`],
  ])('are read all the same (%s)', async (type, body) => {
    await using server = await loopback((response) => sendInPieces(response, body, 9, type))
    const { message, usage, reason } = await finished(modelAt(server.url).stream(requestOf(), never()))
    expect(message.content).toMatchObject([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', id: 'a', input: { n: 1 } },
    ])
    expect({ usage, reason }).toEqual({
      usage: { input: 3, cached: 0, cacheWritten: 0, output: 2, reasoning: 0 },
      reason: 'tool-calls',
    })
  })
})

describe('usage', () => {
  test.each<[string, JsonObject, object]>([
    [
      'OpenAI',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
      { input: 10, cached: 4, output: 5, reasoning: 2 },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 10, completion_tokens: 5, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 4 },
      { input: 10, cached: 6 },
    ],
    ['Moonshot', { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 7 }, { cached: 7 }],
    [
      'xAI, which leaves reasoning out of the output',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 35,
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      { output: 25, reasoning: 20 },
    ],
    [
      'more cached than there was',
      { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 70 },
      { input: 10, cached: 10 },
    ],
    [
      'OpenRouter',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 1, cache_write_tokens: 3 },
        cost: 0.00012,
      },
      { cacheWritten: 3, cached: 1 },
    ],
  ])('of %s', async (_, usage, expected) => {
    const answer = await answerOf([delta({ content: 'x' }, 'stop'), { choices: [], usage }])
    expect(answer.usage).toMatchObject(expected)
    expect(answer.usage.estimated).toBeUndefined()
    expect(answer.cost).toBe('cost' in usage ? 120_000 : undefined)
  })

  test('of a server that tells none is estimated, and says so', async () => {
    const { usage } = await answerOf([delta({ reasoning: '12345678' }), delta({ content: '1234' }, 'stop')])
    expect(usage).toMatchObject({ output: 3, reasoning: 2, estimated: true })
    expect(usage.input).toBeGreaterThan(10)
  })

  test('is asked for unless the server refuses the field', async () => {
    await using server = await loopback((response) =>
      sendEvents(response, [delta({ content: 'x' }, 'stop'), '[DONE]']),
    )
    await collect(modelAt(server.url).stream(requestOf(), never()))
    await collect(modelAt(server.url, { streamUsage: false }).stream(requestOf(), never()))
    expect(server.received.map(({ body }) => body['stream_options'])).toEqual([
      { include_usage: true },
      undefined,
    ])
  })
})

test.each([
  ['length', 'length'],
  ['content_filter', 'content-filter'],
  ['eos', 'stop'],
  ['constructor', 'other'],
])('the finish reason %s is %s', async (said, expected) => {
  expect((await answerOf([delta({ content: 'x' }, said)])).reason).toBe(expected)
})
