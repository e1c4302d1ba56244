import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import {
  type ArtifactStore,
  type Checkpointer,
  KeepupError,
  type Model,
  noUsage,
  type ToolContext,
  type ToolCoordinator,
  trustedLabel,
} from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { createOrchestrator } from '../src/index.ts'
import { collect, completed, dataOf, harness, outcomeOf, types } from './harness.ts'

const steps = [{ calls: [{ name: 'look', input: {} }] }, { text: 'done' }]

/** The whole run, with a coordinator that differs from an honest one. */
function withCoordinator(change: (honest: ToolCoordinator) => Partial<ToolCoordinator>, more: object = {}) {
  const { parts } = harness({ steps, tools: { look: {} }, ...more })
  const tools: ToolCoordinator = { ...parts.tools, ...change(parts.tools) }
  return createOrchestrator({ ...parts, tools })
}

/** A model that answers `done`, but not before something odd happened. */
function odd(first: Model['stream']): Model {
  const inner = scriptedModel({ steps: [{ text: 'done', repeat: true }] })
  let calls = 0
  return {
    ...inner,
    stream: (request, signal) =>
      (calls += 1) === 1 ? first(request, signal) : inner.stream(request, signal),
  }
}

describe('a part that breaks its promise does not break the run', () => {
  test('a listener that throws, at durable and at live events', async () => {
    const announce = (): never => {
      throw new Error('bad listener')
    }
    const events = await collect(harness({ steps, tools: { look: {} }, announce }).run, { input: 'Go' })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' }, text: 'done' })
    expect(types(events)).not.toContain('model-failed')
  })

  test('a coordinator whose prepare throws', async () => {
    const run = withCoordinator(() => ({ prepare: () => Promise.reject(new Error('no prepare')) }))
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'tool-finished')).toMatchObject([{ outcome: { type: 'failed' } }])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test.each([
    ['throws', () => Promise.reject(new Error('no run'))],
    ['gives nothing', () => Promise.resolve({ outcome: undefined, labels: undefined } as never)],
    ['gives no outcome', () => Promise.resolve({ outcome: { type: 'completed' }, labels: {} } as never)],
  ])('a call that %s: what may have happened is unknown', async (_, run) => {
    for (const [repeat, expected] of [
      ['safe', 'failed'],
      ['once', 'unknown'],
    ] as const) {
      const orchestrator = withCoordinator((honest) => ({
        async prepare(call, situation) {
          const prepared = await honest.prepare(call, situation)
          return prepared.type === 'ready' ? { ...prepared, repeat, run } : prepared
        },
      }))
      const events = await collect(orchestrator, { input: 'Go' })
      expect(dataOf(events, 'tool-finished')).toMatchObject([{ outcome: { type: expected } }])
      expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
    }
  })

  test('an interrupt ends what never returns: preparing, running, a context policy', async () => {
    const hung = async (where: 'prepare' | 'run' | 'policy') => {
      const stop = new AbortController()
      const hang = (): Promise<never> => {
        setTimeout(() => stop.abort(new Error('enough')), 10)
        return new Promise<never>(() => {})
      }
      const models = [{ ...scriptedModel({ steps }), contextWindow: 9_000 }] as const
      const run = withCoordinator(
        (honest) => ({
          async prepare(call, situation) {
            if (where === 'prepare') return hang()
            const prepared = await honest.prepare(call, situation)
            return where === 'run' && prepared.type === 'ready' ? { ...prepared, run: hang } : prepared
          },
        }),
        where === 'policy' ? { contextPolicy: hang, models } : {},
      )
      return outcomeOf(await collect(run, { input: 'Go', signal: stop.signal }))
    }
    const ends = await Promise.all([hung('prepare'), hung('run'), hung('policy')])
    expect(ends.map((end) => end?.outcome)).toEqual(
      Array.from({ length: 3 }, () => ({ type: 'interrupted', reason: 'enough' })),
    )
  }, 15_000)

  test('a context policy that throws', async () => {
    const contextPolicy = (): never => {
      throw new Error('no policy')
    }
    const models = [{ ...scriptedModel({ steps }), contextWindow: 9_000 }] as const
    const events = await collect(harness({ models, tools: { look: {} }, contextPolicy }).run, { input: 'Go' })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('a model that throws before it streams', async () => {
    const model = odd(() => {
      throw new Error('no stream')
    })
    const events = await collect(harness({ model }).run, { input: 'Go' })
    expect(dataOf(events, 'model-failed')).toMatchObject([{ failure: { kind: 'invalid-response' } }])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('a model that heeds no abort, when the run was interrupted before its call began', async () => {
    const stop = new AbortController()
    const model: Model = {
      id: 'test/deaf',
      stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }),
    }
    const artifacts = memoryArtifacts()
    const { hash } = await artifacts.put(new Uint8Array([1]), { mediaType: 'image/png', label: trustedLabel })
    const slow: ArtifactStore = {
      ...artifacts,
      async *get(name) {
        stop.abort(new Error('at once'))
        await new Promise((resolve) => setTimeout(resolve, 20))
        yield* artifacts.get(name)
      },
    }
    const checkpointer = memoryCheckpointer({ artifacts })
    const input = [{ type: 'file', mediaType: 'image/png', source: { artifact: hash } }] as const
    const { run } = harness({ model, checkpointer, artifacts: slow })
    const events = await collect(run, { input, signal: stop.signal })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'interrupted' } })
  })

  test.each([
    ['a part without text', [{ type: 'text' }]],
    ['a part of an unknown type', [{ type: 'dance' }]],
    ['a call without input', [{ type: 'tool-call', id: 'a', name: 'look' }]],
    ['a call without a name', [{ type: 'tool-call', id: 'a', input: {} }]],
    ['a call whose input no JSON holds', [{ type: 'tool-call', id: 'a', name: 'look', input: { n: 1n } }]],
    ['no part but null', [null]],
  ])(
    'a model whose message has %s: it is called again, and the thread stays readable',
    async (_, content) => {
      const model = odd(async function* () {
        const message = { role: 'assistant', content } as never
        yield { type: 'finished', message, reason: 'stop', usage: noUsage }
      })
      const { run } = harness({ model, tools: { look: {} } })
      expect(dataOf(await collect(run, { input: 'Go' }), 'model-failed')).toMatchObject([
        { failure: { kind: 'invalid-response' }, next: 'retry' },
      ])
      expect(outcomeOf(await collect(run, { input: 'More' }))).toMatchObject({ text: 'done' })
    },
  )

  test.each([Number.NaN, -5, Number.POSITIVE_INFINITY, 0.5, undefined])(
    'a model that counts %s tokens and dollars: sums stay whole numbers',
    async (number) => {
      const model = odd(async function* () {
        const usage = { ...noUsage, input: number, output: number, cached: 7 } as never
        const message = { role: 'assistant', content: [{ type: 'text', text: 'well' }] } as const
        yield { type: 'finished', message, reason: 'stop', usage, cost: number as never }
      })
      const price = { input: 3, cached: 1, cacheWritten: 4, output: 15 }
      const finished = outcomeOf(
        await collect(harness({ models: [{ ...model, price }] }).run, { input: 'Go' }),
      )
      for (const sum of [finished?.usage.input, finished?.usage.output, finished?.cost]) {
        expect(Number.isSafeInteger(sum), `${sum}`).toBe(true)
        expect(sum).toBeGreaterThanOrEqual(0)
      }
    },
  )

  test('a database that cannot be looked into for a moment while the agent is busy', async () => {
    const inner = memoryCheckpointer()
    let looks = 0
    const looked = (count: number) => looks >= count
    const checkpointer: Checkpointer = {
      ...inner,
      async pending(thread) {
        looks += 1
        if (looks === 4) throw new KeepupError('database-busy', 'Busy.')
        return inner.pending(thread)
      },
    }
    const tools = {
      look: {
        repeat: 'once' as const,
        run: async (_: unknown, { signal }: { signal: AbortSignal }) => {
          while (!looked(6) && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5))
          return completed(signal.aborted ? 'aborted' : 'in peace')
        },
      },
    }
    const events = await collect(harness({ checkpointer, steps, tools }).run, { input: 'Go' })
    expect(JSON.stringify(dataOf(events, 'tool-finished'))).toContain('in peace')
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('a tool that goes on after its call has ended records nothing any more', async () => {
    const late: Promise<unknown>[] = []
    const tools = {
      look: {
        run: (_: unknown, context: ToolContext) => {
          late.push(
            new Promise((resolve) => setTimeout(resolve, 5)).then(() => {
              context.progress('still here')
              return context.processStarted({ pid: 1, group: 1 })
            }),
          )
          return completed('ok')
        },
      },
      wait: { run: async () => (await Promise.allSettled(late), completed('waited')) },
    }
    const more = [
      { calls: [{ name: 'look', input: {} }] },
      { calls: [{ name: 'wait', input: {} }] },
      { text: 'done' },
    ]
    const events = await collect(harness({ steps: more, tools }).run, { input: 'Go' })
    expect(types(events)).not.toContain('process-started')
    expect(events.filter(({ type }) => type === 'tool-progressed')).toEqual([])
    expect((await Promise.allSettled(late))[0]?.status).toBe('rejected')
  })

  test('a run that fails in the middle keeps what the model had said', async () => {
    const inner = memoryCheckpointer()
    let answered = false
    const checkpointer: Checkpointer = {
      ...inner,
      async pending(thread) {
        if (answered) throw new KeepupError('database-unavailable', 'Gone.')
        return inner.pending(thread)
      },
    }
    const model = odd(async function* (request, signal) {
      answered = true
      yield* scriptedModel({ steps: [{ text: 'dear words' }] }).stream(request, signal)
    })
    await expect(collect(harness({ checkpointer, model }).run, { input: 'Go' })).rejects.toThrow('Gone')
    const { entries } = await inner.read('t')
    expect(entries.at(-1)?.type).toBe('assistant-message')
  })
})
