import { currentOwner, memoryCheckpointer } from '@keepup/checkpoint'
import { type Checkpointer, type Entry, KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { replayRun } from '../src/index.ts'
import { collect, completed, harness } from './harness.ts'

async function logOf(checkpointer: Checkpointer, thread = 't'): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of checkpointer.log(thread)) entries.push(entry)
  return entries
}

/** A thread with two runs, parallel calls, a failure and a warning. */
async function record(checkpointer = memoryCheckpointer()): Promise<readonly Entry[]> {
  const { run } = harness({
    checkpointer,
    steps: [
      { fail: { kind: 'overloaded', message: 'busy', retryable: true } },
      {
        calls: [
          { name: 'a', input: {} },
          { name: 'b', input: {} },
        ],
        repeat: true,
      },
    ],
    tools: {
      a: { run: async () => (await new Promise((resolve) => setTimeout(resolve, 5)), completed('a')) },
      b: { repeat: 'once', run: () => completed('b') },
    },
    limits: { turns: 2 },
  })
  await collect(run, { input: 'Go' })
  await collect(run, { input: 'More' })
  return logOf(checkpointer)
}

describe('replayRun', () => {
  test('executes a thread again with no model and no tool', async () => {
    const recorded = await record()
    expect(await replayRun(recorded)).toEqual({ entries: recorded.length, processes: 2 })
  })

  test('passes over what a package wrote of its own between runs', async () => {
    const checkpointer = memoryCheckpointer()
    const begun = {
      type: 'cluster/run-submitted',
      version: 1,
      critical: false,
      time: 1,
      by: 'runtime',
      data: {},
    }
    const lease = await checkpointer.lease('t', currentOwner('other'), 60_000)
    const append = { thread: 't', after: 0, lease: lease.token, entries: [begun] }
    await checkpointer.commit({ appends: [append], flush: 'process' })
    await lease.release()
    const recorded = await record(checkpointer)
    expect(recorded[0]?.type).toBe(begun.type)
    expect(await replayRun(recorded)).toEqual({ entries: recorded.length, processes: 2 })
  })

  test('notices every entry whose data the loop decides', async () => {
    const recorded = await record()
    const decided = ['model-called', 'system-warning', 'tool-started', 'run-finished', 'instructions-changed']
    for (const [index, entry] of recorded.entries()) {
      if (!decided.includes(entry.type)) continue
      const forged = recorded.with(index, { ...entry, data: { ...(entry.data as object), forged: true } })
      await expect(replayRun(forged), `entry ${entry.sequence} ${entry.type}`).rejects.toMatchObject({
        code: 'replay-diverged',
      })
    }
  })

  test('notices what a model or a tool did not say, by the digest of the next prompt', async () => {
    const recorded = await record()
    const index = recorded.findIndex(({ type }) => type === 'tool-finished')
    const entry = recorded[index]
    if (entry === undefined) throw new Error('no call')
    const data = { ...(entry.data as object), outcome: completed('forged') }
    await expect(replayRun(recorded.with(index, { ...entry, data }))).rejects.toMatchObject({
      code: 'replay-diverged',
    })
  })

  test('notices an entry that is missing, twice there, or in another place', async () => {
    const recorded = await record()
    const index = recorded.findIndex(({ type }) => type === 'tool-started')
    const entry = recorded[index]
    if (entry === undefined) throw new Error('no call')
    await expect(replayRun(recorded.toSpliced(index, 1))).rejects.toThrow(KeepupError)
    await expect(replayRun(recorded.toSpliced(index, 0, entry))).rejects.toThrow(KeepupError)
  })

  test('goes as far as a record goes that ends after any commit', async () => {
    const checkpointer = memoryCheckpointer()
    const recorded = await record(checkpointer)
    for await (const { sequence } of checkpointer.history('t')) {
      expect((await replayRun(recorded.slice(0, sequence))).entries).toBe(sequence)
    }
  })

  test('refuses a record with erased entries', async () => {
    const recorded = await record()
    const [first, ...rest] = recorded
    if (first === undefined) throw new Error('no entry')
    await expect(replayRun([{ ...first, erased: true, data: undefined }, ...rest])).rejects.toMatchObject({
      code: 'not-supported',
    })
  })
})
