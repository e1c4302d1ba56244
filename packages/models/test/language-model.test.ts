import type { Message } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { type AnyLanguageModel, languageModel } from '../src/index.ts'
import { collect, failed, finished, never, requestOf } from './loopback.ts'
import { scripted } from './scripted-sdk-model.ts'

const tools = [
  {
    name: 'read',
    description: 'Reads.',
    input: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
]

const usages = {
  v2: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cachedInputTokens: 4, reasoningTokens: 2 },
  v3: {
    inputTokens: { total: 10, noCache: 6, cacheRead: 4, cacheWrite: undefined },
    outputTokens: { total: 5, text: 3, reasoning: 2 },
  },
  v4: {
    inputTokens: { total: undefined, noCache: 5, cacheRead: 4, cacheWrite: 1 },
    outputTokens: { total: undefined, text: 3, reasoning: 2 },
  },
}
const told = { input: 10, cached: 4, cacheWritten: 0, output: 5, reasoning: 2 }

describe.each(['v2', 'v3', 'v4'] as const)('a language model of version %s', (version) => {
  const finish = {
    type: 'finish',
    finishReason: version === 'v2' ? 'tool-calls' : { unified: 'tool-calls', raw: 'x' },
    usage: usages[version],
  }
  const parts = [
    { type: 'stream-start', warnings: [] },
    { type: 'reasoning-start', id: '0' },
    { type: 'reasoning-delta', id: '0', delta: 'hm' },
    { type: 'reasoning-end', id: '0', providerMetadata: { mock: { signature: 'sig', nothing: undefined } } },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta: 'I ' },
    { type: 'text-delta', id: '0', delta: 'read' },
    { type: 'text-end', id: '0' },
    { type: 'tool-input-start', id: 'c1', toolName: 'read' },
    { type: 'tool-input-delta', id: 'c1', delta: '{"path":' },
    { type: 'tool-input-delta', id: 'c1', delta: '"a"}' },
    { type: 'tool-input-end', id: 'c1' },
    {
      type: 'tool-call',
      toolCallId: 'c1',
      toolName: 'read',
      input: '{"path":"a"}',
      providerMetadata: { mock: { thoughtSignature: 't' } },
    },
    { type: 'tool-call', toolCallId: 'c2', toolName: 'read', input: '{"path":"b"}' },
    { type: 'tool-call', toolCallId: 'c3', toolName: 'web_search', input: '{}', providerExecuted: true },
    { type: 'source', sourceType: 'url', id: 's', url: 'https://example.org' },
    finish,
  ]
  const content = [
    { type: 'reasoning', text: 'hm', provider: { mock: { signature: 'sig' } } },
    { type: 'text', text: 'I read' },
    {
      type: 'tool-call',
      id: 'c1',
      name: 'read',
      input: { path: 'a' },
      provider: { mock: { thoughtSignature: 't' } },
    },
    { type: 'tool-call', id: 'c2', name: 'read', input: { path: 'b' } },
  ]

  test('streams', async () => {
    const { model } = scripted({ version, parts })
    const events = await collect(
      languageModel(model, { contextWindow: 9 }).stream(requestOf({ tools }), never()),
    )
    expect(events.map(({ type }) => type)).toEqual([
      'reasoning-delta',
      'text-delta',
      'text-delta',
      'tool-input-started',
      'tool-input-delta',
      'tool-input-delta',
      'tool-input-started',
      'tool-input-delta',
      'finished',
    ])
    const usage = version === 'v4' ? { ...told, cacheWritten: 1 } : told
    expect(events.at(-1)).toEqual({
      type: 'finished',
      message: { role: 'assistant', content },
      reason: 'tool-calls',
      usage,
    })
  })

  test('is asked at once where it cannot stream', async () => {
    const whole = [
      { type: 'reasoning', text: 'hm', providerMetadata: { mock: { signature: 'sig' } } },
      { type: 'text', text: 'I read' },
      {
        type: 'tool-call',
        toolCallId: 'c1',
        toolName: 'read',
        input: '{"path":"a"}',
        providerMetadata: { mock: { thoughtSignature: 't' } },
      },
      { type: 'tool-call', toolCallId: 'c2', toolName: 'read', input: '{"path":"b"}' },
    ]
    const { model } = scripted({
      version,
      result: { content: whole, finishReason: finish.finishReason, usage: usages[version], warnings: [] },
    })
    const answer = await finished(languageModel(model).stream(requestOf({ tools }), never()))
    expect(answer).toMatchObject({ message: { content }, reason: 'tool-calls' })
  })

  test('gets messages, tools and files in its own shapes', async () => {
    const { model, asked } = scripted({ version, parts: [finish] })
    const messages: readonly Message[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'see' },
          { type: 'file', mediaType: 'image/png', name: 'a.png', source: { base64: 'aW1n' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', provider: { mock: { signature: 'sig' } } },
          { type: 'reasoning', text: 'foreign', provider: { other: {} } },
          { type: 'tool-call', id: 'c1', name: 'read', input: { path: 'a' } },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            id: 'c1',
            name: 'read',
            error: false,
            content: [
              { type: 'text', text: 'ok' },
              { type: 'file', mediaType: 'image/png', source: { base64: 'aW1n' } },
            ],
          },
          {
            type: 'tool-result',
            id: 'c2',
            name: 'read',
            error: true,
            content: [{ type: 'text', text: 'no' }],
          },
        ],
      },
    ]
    await collect(
      languageModel(model, { providerOptions: { mock: { effort: 'low' } } }).stream(
        requestOf({ tools, messages, toolChoice: 'none', maxOutput: 9, temperature: 0 }),
        never(),
      ),
    )
    const { abortSignal, ...options } = asked[0] ?? {}
    expect(abortSignal).toBeInstanceOf(AbortSignal)
    expect(options).toMatchSnapshot()
  })

  test('that ends without finishing was cut', async () => {
    const { model } = scripted({ version, parts: parts.slice(0, 6) })
    expect((await failed(languageModel(model).stream(requestOf(), never()))).failure).toMatchObject({
      kind: 'stream-cut',
      retryable: true,
    })
  })

  test('that ignores an abort is left behind', async () => {
    const controller = new AbortController()
    const stream = new ReadableStream({
      start: (control) => control.enqueue({ type: 'text-delta', id: '0', delta: 'x' }),
    })
    const { model } = scripted({ version })
    const endless = { ...model, doStream: async () => ({ stream }) } as unknown as AnyLanguageModel
    const kinds: string[] = []
    for await (const event of languageModel(endless).stream(requestOf(), controller.signal)) {
      kinds.push(event.type === 'failed' ? event.failure.kind : event.type)
      controller.abort()
    }
    expect(kinds).toEqual(['text-delta', 'interrupted'])
  })
})

test('Anthropic of version 2 tells cached input apart, and it is added', async () => {
  const finish = {
    type: 'finish',
    finishReason: 'stop',
    usage: usages.v2,
    providerMetadata: { anthropic: { cacheCreationInputTokens: 3 } },
  }
  const { model } = scripted({ version: 'v2', provider: 'anthropic.messages', parts: [finish] })
  expect((await finished(languageModel(model).stream(requestOf(), never()))).usage).toMatchObject({
    input: 17,
    cached: 4,
    cacheWritten: 3,
  })
})

test('a model that tells no usage has it estimated', async () => {
  const finish = {
    type: 'finish',
    finishReason: 'unknown',
    usage: { inputTokens: undefined, outputTokens: undefined, totalTokens: undefined },
  }
  const { model } = scripted({
    version: 'v2',
    parts: [{ type: 'text-delta', id: '0', delta: 'four' }, finish],
  })
  const { usage, reason } = await finished(languageModel(model).stream(requestOf(), never()))
  expect({ usage, reason }).toMatchObject({ usage: { output: 1, estimated: true }, reason: 'other' })
})
