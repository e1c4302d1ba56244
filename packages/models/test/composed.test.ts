import type { Model, ModelEvent, ModelRequest } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { cached, discoverLocalModels, router, withFallback } from '../src/index.ts'
import { collect, failed, finished, loopback, never, requestOf } from './loopback.ts'

const usage = { input: 5, cached: 0, cacheWritten: 0, output: 1, reasoning: 0 }

function answering(id: string, text = id): Model & { asked: ModelRequest[] } {
  const asked: ModelRequest[] = []
  return {
    id,
    contextWindow: id.length * 1000,
    asked,
    async *stream(request) {
      asked.push(request)
      yield { type: 'text-delta', text }
      yield {
        type: 'finished',
        message: { role: 'assistant', content: [{ type: 'text', text }] },
        reason: 'stop',
        usage,
        cost: 7,
      }
    },
  }
}

function failing(
  kind: Extract<ModelEvent, { type: 'failed' }>['failure']['kind'],
  before: readonly ModelEvent[] = [],
): Model {
  return {
    id: `fails/${kind}`,
    async *stream() {
      yield* before
      yield { type: 'failed', failure: { kind, message: kind, retryable: true } }
    },
  }
}

describe('withFallback', () => {
  test('asks the next model when one fails before it began, and names the one that answered', async () => {
    const model = withFallback([failing('overloaded'), failing('unauthorised'), answering('a/third')])
    expect(await finished(model.stream(requestOf(), never()))).toMatchObject({ model: 'a/third' })
  })

  test('gives the last failure when all fail', async () => {
    const model = withFallback([failing('overloaded'), failing('rate-limited')])
    expect(await collect(model.stream(requestOf(), never()))).toMatchObject([
      { type: 'failed', failure: { kind: 'rate-limited' } },
    ])
  })

  test('does not change the model in the middle of an answer, nor after an interrupt', async () => {
    const later = answering('a/b')
    const begun = withFallback([failing('stream-cut', [{ type: 'text-delta', text: 'x' }]), later])
    const interrupted = withFallback([failing('interrupted'), later])
    expect((await failed(begun.stream(requestOf(), never()))).failure.kind).toBe('stream-cut')
    expect((await failed(interrupted.stream(requestOf(), never()))).failure.kind).toBe('interrupted')
    expect(later.asked).toEqual([])
  })

  test('has the smallest context window, and needs a model', () => {
    expect(withFallback([answering('a/long'), answering('b/s')]).contextWindow).toBe(3000)
    expect(withFallback([answering('a/long'), failing('overloaded')]).contextWindow).toBeUndefined()
    expect(() => withFallback([])).toThrow('at least one model')
  })
})

describe('router', () => {
  const small = answering('a/small')
  const large = answering('b/large')
  const model = router({
    rules: [{ when: ({ messages }) => messages.length > 1, model: large }],
    otherwise: small,
  })

  test('hands a request to the first model whose rule applies, and names it', async () => {
    const messages = [...requestOf().messages, ...requestOf().messages]
    expect(await finished(model.stream(requestOf({ messages }), never()))).toMatchObject({ model: 'b/large' })
    expect(await finished(model.stream(requestOf(), never()))).toMatchObject({ model: 'a/small' })
    expect(model).toMatchObject({ id: 'router/default', contextWindow: 7000 })
  })

  test('keeps the name that an inner router gave', async () => {
    const outer = router({ rules: [], otherwise: model, id: 'router/outer' })
    expect(await finished(outer.stream(requestOf(), never()))).toMatchObject({ model: 'a/small' })
  })
})

describe('cached', () => {
  test('answers the same request again with the same events, and spends nothing', async () => {
    const inner = answering('a/b')
    const model = cached(inner)
    const first = await collect(model.stream(requestOf(), never()))
    const second = await collect(model.stream(requestOf(), never()))
    expect(inner.asked.length).toBe(1)
    expect(second.map(({ type }) => type)).toEqual(first.map(({ type }) => type))
    expect(second.at(-1)).toMatchObject({
      message: { content: [{ text: 'a/b' }] },
      usage: { input: 0, output: 0 },
      cost: 0,
    })
  })

  test.each<[string, Partial<ModelRequest>]>([
    ['system', { system: 'other' }],
    ['messages', { messages: [] }],
    ['tools', { tools: [{ name: 'x', description: '', input: {} }] }],
    ['temperature', { temperature: 1 }],
  ])('tells requests with other %s apart', async (_, parts) => {
    const inner = answering('a/b')
    const model = cached(inner)
    await collect(model.stream(requestOf(), never()))
    await collect(model.stream(requestOf(parts), never()))
    expect(inner.asked.length).toBe(2)
  })

  test('forgets the answer used least recently, by number and by size', async () => {
    for (const options of [{ capacity: 2 }, { maxBytes: 600 }]) {
      const inner = answering('a/b', 'x'.repeat(20))
      const model = cached(inner, options)
      for (const system of ['1', '2', '1', '3', '1', '2'])
        await collect(model.stream(requestOf({ system }), never()))
      expect(inner.asked.map(({ system }) => system)).toEqual(['1', '2', '3', '2'])
    }
  })

  test('does not keep failures, nor an answer that is too large', async () => {
    const inner = answering('a/b', 'x'.repeat(1000))
    const model = cached(inner, { maxBytes: 500 })
    await collect(model.stream(requestOf(), never()))
    await collect(model.stream(requestOf(), never()))
    expect(inner.asked.length).toBe(2)
    const broken = cached(failing('overloaded'))
    await failed(broken.stream(requestOf(), never()))
    expect((await failed(broken.stream(requestOf(), never()))).failure.kind).toBe('overloaded')
  })

  test('heeds an abort', async () => {
    const model = cached(answering('a/b'))
    await collect(model.stream(requestOf(), never()))
    expect((await failed(model.stream(requestOf(), AbortSignal.abort()))).failure.kind).toBe('interrupted')
  })
})

describe('discoverLocalModels', () => {
  test('lists what servers on this machine have, and is not held up by any of them', async () => {
    await using good = await loopback(
      (response) => void response.end(JSON.stringify({ data: [{ id: 'qwen3:8b' }, { id: 'x' }, {}] })),
    )
    await using silent = await loopback(() => undefined)
    await using strange = await loopback((response) => void response.end('<html>'))
    await using endless = await loopback((response) => {
      const timer = setInterval(() => response.write('x'.repeat(200_000)), 1)
      response.once('close', () => clearInterval(timer))
    })
    const servers = {
      ollama: `${good.url}/v1`,
      llamacpp: `${silent.url}/v1`,
      lmstudio: `${strange.url}/v1`,
      vllm: `${endless.url}/v1`,
      gone: 'http://127.0.0.1:1/v1',
    }
    const models = await discoverLocalModels({ servers, timeout: 300 })
    expect(models).toEqual([
      {
        provider: 'ollama',
        name: 'qwen3:8b',
        baseUrl: servers.ollama,
        reference: `openai-compatible:${servers.ollama}#qwen3:8b`,
      },
      {
        provider: 'ollama',
        name: 'x',
        baseUrl: servers.ollama,
        reference: `openai-compatible:${servers.ollama}#x`,
      },
    ])
    expect(good.received[0]?.path).toBe('/v1/models')
  })
})
