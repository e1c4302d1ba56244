import { type AgentEvent, isLive } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { harness } from './harness.ts'

const steps = [{ calls: [{ name: 'look', input: {} }] }, { text: 'done', repeat: true }]

function begin(): AsyncIterator<AgentEvent> {
  const { run } = harness({ steps, tools: { look: {} } })
  return run({ thread: 't', input: 'Go' })[Symbol.asyncIterator]()
}

describe('the events of a run', () => {
  test('come in order to whoever asks for several at once, and end for all', async () => {
    const events = begin()
    const asked = await Promise.all(Array.from({ length: 40 }, () => events.next()))
    const sequences = asked.flatMap(({ value }: IteratorResult<AgentEvent, undefined>) =>
      value === undefined || isLive(value) ? [] : [value.sequence],
    )
    expect(sequences.length).toBeGreaterThan(6)
    expect(sequences).toEqual(sequences.map((_, index) => index + 1))
    expect(asked.at(-1)).toEqual({ value: undefined, done: true })
    expect(await events.next()).toEqual({ value: undefined, done: true })
  })

  test('none come to whoever left before the first: nothing was begun', async () => {
    const { run, checkpointer } = harness({ steps, tools: { look: {} } })
    const events = run({ thread: 't', input: 'Go' })[Symbol.asyncIterator]()
    expect(await events.return?.()).toEqual({ value: undefined, done: true })
    expect(await events.next()).toEqual({ value: undefined, done: true })
    expect((await checkpointer.read('t')).head).toBe(0)
    expect(await checkpointer.pending('t')).toEqual([])
  })

  test('a failure is told once, to the one who reads to the end', async () => {
    const { run } = harness({ steps, tools: { look: {} } })
    const events = run({ thread: 't', input: '' })[Symbol.asyncIterator]()
    await expect(events.next()).rejects.toMatchObject({ code: 'input-invalid' })
    expect(await events.next()).toEqual({ value: undefined, done: true })
    expect(await events.return?.()).toEqual({ value: undefined, done: true })
  })

  test('leaving in the middle waits until the run has recorded that it was left', async () => {
    const { run, checkpointer } = harness({ steps, tools: { look: {} } })
    const events = run({ thread: 't', input: 'Go' })[Symbol.asyncIterator]()
    await events.next()
    await Promise.all([events.return?.(), events.return?.()])
    const { entries } = await checkpointer.read('t')
    expect(entries.at(-1)).toMatchObject({ type: 'run-finished', data: { outcome: { type: 'interrupted' } } })
    const again = await checkpointer.lease(
      't',
      { host: 'h', boot: 'b', process: 1, started: 's', instance: 'i' },
      1_000,
    )
    await again.release()
  })
})
