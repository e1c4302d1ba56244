import { memoryCheckpointer } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { answerGraph, append, defineGraph, defineState, end, forkGraph, graphState } from '../src/index.ts'
import { mortalCheckpointer } from './mortal-checkpointer.ts'
import { entriesOf, scene } from './scene.ts'

const state = defineState({
  channels: { log: { schema: z.array(z.string()), reducer: append, initial: [] } },
})

/** A graph that pays, by a node that may not run twice; `die` strikes after the payment. */
function payment(die: () => void, options: { readonly repeat: 'idempotent' | 'once' | 'safe' }) {
  const paid: string[] = []
  const builder = defineGraph({ name: 'pay', state })
    .node('before', () => ({ log: ['before'] }))
    .node(
      'pay',
      (_, { key }) => {
        paid.push(key)
        die()
        return { log: ['paid'] }
      },
      options,
    )
    .node('after', () => ({ log: ['after'] }))
    .node('unsure', (_, { failure }) => ({ log: [failure?.kind ?? 'none'] }))
    .entry('before')
    .edge('before', 'pay')
    .edge('pay', 'after')
    .edge('after', end)
    .edge('unsure', end)
  return { paid, builder }
}

/** Runs until the process dies at the payment; the checkpointer below is what it leaves behind. */
async function dieAtPayment(repeat: 'idempotent' | 'once' | 'safe', handled: boolean) {
  let isDead = false
  const { paid, builder } = payment(() => (isDead = true), { repeat })
  const graph = handled
    ? builder.onError('pay', 'unsure').build()
    : builder.route('before', ['unsure'], () => []).build()
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  const dying = mortalCheckpointer(inner, undefined)
  const checkpointer = {
    ...dying,
    commit: async (batch: Parameters<typeof inner.commit>[0]) => {
      if (isDead) throw new KeepupError('database-unavailable', 'dead')
      return inner.commit(batch)
    },
  }
  await expect(scene(graph, checkpointer).start()).rejects.toThrow('dead')
  isDead = false
  return { graph, paid, life: scene(graph, inner) }
}

describe('what happens once', () => {
  test.each(['safe', 'idempotent'] as const)('%s runs again under the same key', async (repeat) => {
    const { paid, life } = await dieAtPayment(repeat, false)
    await life.resume()
    expect(paid).toHaveLength(2)
    expect(paid[0]).toBe(paid[1])
    expect((await life.state()).values.log).toEqual(['before', 'paid', 'after'])
  })

  test('never runs twice: its error edge learns that nobody knows', async () => {
    const { paid, life } = await dieAtPayment('once', true)
    await life.resume()
    expect(paid).toHaveLength(1)
    expect((await life.state()).values.log).toEqual(['before', 'unknown'])
  })

  test('without an error edge a person decides, and nothing runs before that', async () => {
    const { graph, paid, life } = await dieAtPayment('once', false)
    expect(entriesOf(await life.resume())).toEqual(['graph-resumed', 'node-waiting pay', 'graph-waiting'])
    await life.resume()
    expect(paid).toHaveLength(1)
    const { waits } = await life.state()
    expect(waits).toMatchObject([{ node: 'pay', wait: { for: 'decision' } }])
    await answerGraph({
      ...life,
      graph,
      node: 'pay',
      answer: { decision: 'finished', update: { log: ['seen'] } },
    })
    await life.resume()
    expect(paid).toHaveLength(1)
    expect((await life.state()).values.log).toEqual(['before', 'seen', 'after'])
  })

  test('a person may say that it failed, or let it run again', async () => {
    const failed = await dieAtPayment('once', false)
    await failed.life.resume()
    await answerGraph({ ...failed.life, node: 'pay', answer: { decision: 'failed', reason: 'it bounced' } })
    await failed.life.resume()
    expect((await failed.life.state()).outcome).toMatchObject({
      type: 'failed',
      failures: [{ node: 'pay', kind: 'rejected', message: 'it bounced' }],
    })
    const again = await dieAtPayment('once', false)
    await again.life.resume()
    await answerGraph({ ...again.life, node: 'pay', answer: { decision: 'retry' } })
    await again.life.resume()
    expect(again.paid).toHaveLength(2)
    expect((await again.life.state()).values.log).toEqual(['before', 'paid', 'after'])
  })

  test('that threw does not run again when the run is gone on with: a person decides', async () => {
    let runs = 0
    const graph = defineGraph({ name: 'threw', state })
      .node(
        'pay',
        () => {
          runs += 1
          throw new Error('connection lost')
        },
        { repeat: 'once' },
      )
      .entry('pay')
      .edge('pay', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({ type: 'failed', failures: [{ kind: 'thrown' }] })
    await life.resume()
    expect([runs, (await life.state()).waits.map(({ wait }) => wait.for)]).toEqual([1, ['decision']])
    await answerGraph({ ...life, node: 'pay', answer: { decision: 'finished' } })
    await life.resume()
    expect([runs, (await life.state()).outcome?.type]).toEqual([1, 'completed'])
  })

  test('that took too long may have happened: a person decides', async () => {
    let runs = 0
    const graph = defineGraph({ name: 'slow', state })
      .node('pay', () => ((runs += 1), new Promise<object>(() => {})), { repeat: 'once', timeout: 5 })
      .entry('pay')
      .edge('pay', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect([runs, (await life.state()).waits.map(({ wait }) => wait.for)]).toEqual([1, ['decision']])
  })

  test('a fork inside it asks anew, under another name', async () => {
    const { graph, paid, life } = await dieAtPayment('once', false)
    await life.resume()
    const { waits, head } = await life.state()
    await forkGraph({ ...life, from: { thread: 't', at: head }, to: 'fork' })
    const fork = scene(graph, life.checkpointer)
    await fork.resume({ thread: 'fork' })
    const forked = await graphState({ ...fork, thread: 'fork' })
    expect(forked.waits.map(({ wait }) => wait.for)).toEqual(['decision'])
    expect(forked.waits[0]?.wait.id).not.toBe(waits[0]?.wait.id)
    expect(paid).toHaveLength(1)
  })

  test('its intent survives a loss of power before it begins', async () => {
    const flushes: string[] = []
    const { builder } = payment(() => flushes.push('paid'), { repeat: 'once' })
    const inner = memoryCheckpointer()
    const checkpointer = {
      ...mortalCheckpointer(inner, undefined),
      commit: (batch: Parameters<typeof inner.commit>[0]) => {
        flushes.push(batch.flush)
        return inner.commit(batch)
      },
    }
    await scene(builder.onError('pay', 'unsure').build(), checkpointer).start()
    expect(flushes).toEqual(['process', 'process', 'power', 'paid', 'process', 'power'])
  })
})
