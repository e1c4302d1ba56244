import { memoryCheckpointer, tagThread } from '@keepup/checkpoint'
import type { Clock } from '@keepup/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import {
  answerGraph,
  append,
  cancelGraph,
  defineGraph,
  defineState,
  dueGraphs,
  end,
  forkGraph,
  graphState,
  signalGraph,
} from '../src/index.ts'
import { entriesOf, scene } from './scene.ts'

const state = defineState({
  channels: { log: { schema: z.array(z.string()), reducer: append, initial: [] } },
})
const day = 86_400_000

/** A clock that stands until it is moved. */
function standingClock(): Clock & { moveTo(time: number): void } {
  let now = 1_000
  return {
    now: () => now,
    sleep: (_, signal) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      ),
    moveTo: (time) => void (now = time),
  }
}

const misfit = {
  id: 'misfit',
  thread: 't',
  channel: 'control',
  type: 'dance',
  time: 1,
  by: 'user',
  data: null,
}

const approval = defineGraph({ name: 'approval', state })
  .ask('approve', {
    answer: z.object({ approved: z.boolean(), why: z.string().optional() }),
    question: () => ({ text: 'Publish?', options: ['yes', 'no'] }),
    update: ({ approved }, _, { by }) => ({ log: [`${approved} by ${by}`] }),
    until: (_, { clock }) => clock.now() + 7 * day,
    late: () => ({ log: ['nobody answered'] }),
  })
  .node('publish', () => ({ log: ['published'] }))
  .entry('approve')
  .edge('approve', 'publish')
  .edge('publish', end)
  .build()

describe('a person', () => {
  test('answers in another process, and the answer is taken once', async () => {
    const life = scene(approval)
    expect(entriesOf(await life.start())).toEqual(['graph-started', 'node-waiting approve', 'graph-waiting'])
    const { waits, status } = await life.state()
    expect([status, waits[0]?.wait.question?.text]).toEqual(['waiting', 'Publish?'])
    await answerGraph({ ...life, node: 'approve', answer: { approved: true }, id: 'one', by: 'user' })
    await answerGraph({ ...life, node: 'approve', answer: { approved: true }, id: 'one', by: 'user' })
    const entries = entriesOf(await life.resume())
    expect(entries).toEqual(['node-finished approve', 'node-finished publish', 'graph-finished'])
    expect((await life.state()).values.log).toEqual(['true by user', 'published'])
    expect(await life.checkpointer.pending('t')).toEqual([])
    expect(await life.resume()).toEqual([])
  })

  test('whose answer does not fit is told so, and one that came raw is declined with the reason', async () => {
    const life = scene(approval)
    await life.start()
    const wrong = { ...life, node: 'approve', answer: { approved: 'yes' } as never } as const
    await expect(answerGraph(wrong)).rejects.toMatchObject({
      code: 'input-invalid',
      details: { pointer: '/approved' },
    })
    await expect(
      answerGraph({ ...life, node: 'publish', answer: { decision: 'retry' } }),
    ).rejects.toMatchObject({
      code: 'signal-unknown',
    })
    const { waits } = await life.state()
    for (const data of [{ answer: { approved: 'yes' } }, { answer: 5 }, null, 'yes', { approved: true }]) {
      await life.checkpointer.signal(
        [
          {
            id: JSON.stringify(data),
            thread: 't',
            channel: `answers:${waits[0]?.wait.id}`,
            type: 'answer',
            time: 1,
            by: 'user',
            data,
          },
        ],
        'process',
      )
    }
    const events = await life.resume()
    expect(entriesOf(events)).toEqual([
      ...Array.from({ length: 5 }, () => 'signal-declined'),
      'graph-waiting',
    ])
    expect((await life.state()).waits).toHaveLength(1)
  })

  test('who never answers: the thread is due when its time has come', async () => {
    const clock = standingClock()
    const life = scene(approval, memoryCheckpointer({ clock, isOwnerDead: () => true }))
    await life.start({ clock })
    const due = async () => {
      const threads = []
      for await (const { thread } of dueGraphs({ ...life, clock })) threads.push(thread)
      return threads
    }
    expect(await due()).toEqual([])
    clock.moveTo(1_000 + 7 * day)
    expect(await due()).toEqual(['t'])
    await tagThread({ ...life, tag: 'asked', at: 1, clock })
    await life.checkpointer.signal([misfit], 'process')
    expect(await due()).toEqual(['t'])
    await life.resume({ clock })
    expect((await life.state()).values.log).toEqual(['nobody answered', 'published'])
    expect(await due()).toEqual([])
  })

  test('of a fork is asked anew', async () => {
    const life = scene(approval)
    await life.start()
    const { waits, head } = await life.state()
    await forkGraph({ ...life, from: { thread: 't', at: head }, to: 'fork' })
    await answerGraph({ ...life, node: 'approve', answer: { approved: true } })
    const fork = { ...life, thread: 'fork' }
    await life.resume(fork)
    const forked = await graphState(fork)
    expect(forked.status).toBe('waiting')
    expect(forked.waits[0]?.wait.id).not.toBe(waits[0]?.wait.id)
    await answerGraph({ ...fork, node: 'approve', answer: { approved: false } })
    await life.resume(fork)
    expect((await graphState(fork)).values.log).toEqual(['false by user', 'published'])
  })
})

describe('a signal', () => {
  const graph = defineGraph({ name: 'orders', state, steps: 50 })
    .receive('order', {
      signal: 'order',
      data: z.object({ item: z.string() }),
      update: ({ item }) => ({ log: [item] }),
    })
    .entry('order')
    .route('order', ['order', end], ({ log }) => (log.length < 3 ? 'order' : end))
    .build()

  test('may come before it is waited for; each is taken once, in order', async () => {
    const life = scene(graph)
    for (const item of ['a', 'b']) await signalGraph({ ...life, name: 'order', data: { item }, id: item })
    await signalGraph({ ...life, name: 'order', data: { item: 'b' }, id: 'b' })
    await life.start()
    expect((await life.state()).values.log).toEqual(['a', 'b'])
    await signalGraph({ ...life, name: 'order', data: { item: 'c' }, id: 'c' })
    await life.resume()
    expect(await life.state()).toMatchObject({ status: 'finished', values: { log: ['a', 'b', 'c'] } })
  })

  test('waited for twice at once goes to each once', async () => {
    const both = defineGraph({ name: 'both', state })
      .receive('one', { signal: 's', data: z.string(), update: (data) => ({ log: [`one ${data}`] }) })
      .receive('two', { signal: 's', data: z.string(), update: (data) => ({ log: [`two ${data}`] }) })
      .entry('one', 'two')
      .edge('one', end)
      .edge('two', end)
      .build()
    const life = scene(both)
    for (const data of ['x', 'y']) await signalGraph({ ...life, name: 's', data })
    await life.start()
    expect((await life.state()).values.log).toEqual(['one x', 'two y'])
    expect(await life.checkpointer.pending('t')).toEqual([])
  })

  test('with a name that is none is refused', async () => {
    await expect(signalGraph({ ...scene(graph), name: 'a b' })).rejects.toMatchObject({
      code: 'input-invalid',
    })
  })

  test('that is stayed for is taken while the run goes on', async () => {
    const life = scene(graph)
    const running = life.start({ waiting: 'stay', poll: 5 })
    for (const item of ['a', 'b', 'c']) await signalGraph({ ...life, name: 'order', data: { item } })
    expect(entriesOf(await running).at(-1)).toBe('graph-finished')
  })
})

describe('two waits at once', () => {
  const graph = defineGraph({ name: 'two', state })
    .ask('person', { answer: z.string(), question: () => 'Who?', update: (who) => ({ log: [who] }) })
    .sleep('night', { until: () => 5_000, update: () => ({ log: ['morning'] }) })
    .node('both', () => ({ log: ['both'] }))
    .entry('person', 'night')
    .join(['person', 'night'], 'both')
    .edge('both', end)
    .build()

  test('the thread is due at the earlier one, also after the other was answered', async () => {
    const clock = standingClock()
    const life = scene(graph, memoryCheckpointer({ clock, isOwnerDead: () => true }))
    await life.start({ clock })
    await answerGraph({ ...life, node: 'person', answer: 'Ada' })
    await life.resume({ clock })
    expect(await life.state()).toMatchObject({ status: 'waiting', values: { log: [] } })
    const threads = []
    for await (const { thread, due } of life.checkpointer.threads({ due: 5_000 }))
      threads.push({ thread, due })
    expect(threads).toEqual([{ thread: 't', due: 5_000 }])
    clock.moveTo(5_000)
    await life.resume({ clock })
    expect((await life.state()).values.log).toEqual(['Ada', 'morning', 'both'])
  })

  test('a cancel from outside ends the run that waits', async () => {
    const life = scene(graph)
    await life.start({ clock: standingClock() })
    await cancelGraph({ ...life, reason: 'no longer needed' })
    await life.resume({ clock: standingClock() })
    expect((await life.state()).outcome).toEqual({ type: 'interrupted', reason: 'no longer needed' })
  })
})
