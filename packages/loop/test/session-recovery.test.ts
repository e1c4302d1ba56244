import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Commit, Repeat } from '@keepup/core'
import { KeepupError } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, type TestTool, types } from './harness.ts'

/** A checkpointer whose process dies with the first commit that holds an entry of this type, before or after it. */
function dying(inner: Checkpointer, type: string, when: 'before' | 'after'): Checkpointer {
  let dead = false
  const die = (): never => {
    dead = true
    throw new KeepupError('database-unavailable', 'The process is dead.')
  }
  return {
    ...inner,
    async commit(batch: Commit) {
      if (dead) return die()
      const hit = batch.appends.some(({ entries }) => entries.some((entry) => entry.type === type))
      if (hit && when === 'before') return die()
      const checkpoints = await inner.commit(batch)
      return hit ? die() : checkpoints
    },
  }
}

const owner = (instance: string) => ({ host: 'h', boot: 'b', process: 1, started: '', instance })

/** Runs until it dies at a commit, then resumes with a whole process. */
async function crash(type: string, when: 'before' | 'after', tool: TestTool) {
  const checkpointer = memoryCheckpointer({ isOwnerDead: () => true })
  const steps = [{ calls: [{ name: 'act', input: {} }] }, { text: 'done' }]
  const first = harness({
    checkpointer: dying(checkpointer, type, when),
    steps,
    tools: { act: tool },
    owner: owner('1'),
  })
  await expect(collect(first.run, { input: 'Go', inputId: 'i' })).rejects.toThrow('dead')
  const second = harness({ checkpointer, steps, tools: { act: tool }, owner: owner('2') })
  return collect(second.run, { input: 'Go', inputId: 'i' })
}

function counted(repeat: Repeat, more: Partial<TestTool> = {}): { tool: TestTool; runs: () => number } {
  let runs = 0
  const run = () => ((runs += 1), completed(`run ${runs}`))
  return { tool: { repeat, run, ...more }, runs: () => runs }
}

const everyType = [
  'user-message',
  'run-started',
  'instructions-changed',
  'model-called',
  'assistant-message',
  'tool-started',
  'tool-finished',
  'run-finished',
] as const

describe('a process that dies', () => {
  for (const when of ['before', 'after'] as const) {
    test.each(everyType.map((type) => [type]))(
      `${when} the commit of %s: the run is finished by the next one`,
      async (type) => {
        const { tool, runs } = counted('once')
        if (type === 'run-finished' && when === 'after') {
          // It was finished; there is nothing to resume.
          await expect(crash(type, when, tool)).rejects.toMatchObject({ code: 'input-invalid' })
          return
        }
        const events = await crash(type, when, tool)
        expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' }, text: 'done' })
        expect(runs()).toBeLessThanOrEqual(1)
      },
    )
  }

  test('a call that may not be repeated and has no outcome becomes unknown, and the model is told', async () => {
    const { tool, runs } = counted('once')
    const events = await crash('tool-finished', 'before', tool)
    expect(dataOf(events, 'tool-finished')).toMatchObject([{ outcome: { type: 'unknown' } }])
    expect(runs()).toBe(1)
  })

  test.each([['safe'], ['idempotent']] as const)(
    'a call that is %s is run again under the same key',
    async (repeat) => {
      const keys: string[] = []
      const tool: TestTool = { repeat, run: (_, { call }) => (keys.push(call.key), completed('ok')) }
      const events = await crash('tool-finished', 'before', tool)
      expect(dataOf(events, 'tool-started')).toMatchObject([{ attempt: 2 }])
      expect(keys).toHaveLength(2)
      expect(new Set(keys).size).toBe(1)
    },
  )

  test('a tool that can tell is asked, and not run again', async () => {
    const { tool, runs } = counted('once', { reconcile: () => completed('it happened') })
    const events = await crash('tool-finished', 'before', tool)
    expect(dataOf(events, 'tool-finished')).toMatchObject([
      { outcome: { type: 'completed', output: { content: [{ text: 'it happened' }] } } },
    ])
    expect(runs()).toBe(1)
  })

  test('what it left running is ended before anything else', async () => {
    const log: string[] = []
    const checkpointer = memoryCheckpointer({ isOwnerDead: () => true })
    const steps = [{ calls: [{ name: 'act', input: {} }] }, { text: 'done' }]
    const tools = {
      act: {
        repeat: 'idempotent',
        run: async (
          _: unknown,
          context: { processStarted(process: { pid: number; group: number }): Promise<void> },
        ) => (await context.processStarted({ pid: 7, group: 7 }), log.push('run'), completed('ok')),
      },
    } as const
    const first = harness({
      checkpointer: dying(checkpointer, 'tool-finished', 'before'),
      steps,
      tools,
      owner: owner('1'),
    })
    await expect(collect(first.run, { input: 'Go' })).rejects.toThrow('dead')
    const processes = {
      survivors: async ({ processes: known }: { processes: readonly { pid: number; group: number }[] }) => [
        ...known,
        { pid: 8, group: 8 },
      ],
      end: async ({ pid }: { pid: number }) => (
        log.push(`end ${pid}`),
        pid === 7 ? ('ended' as const) : ('survives' as const)
      ),
    }
    const events = await collect(harness({ checkpointer, steps, tools, processes, owner: owner('2') }).run)
    expect(log).toEqual(['run', 'end 7', 'end 8', 'run'])
    expect(dataOf(events, 'run-resumed')).toMatchObject([
      {
        processes: [
          { pid: 7, end: 'ended' },
          { pid: 8, end: 'survives' },
        ],
      },
    ])
  })

  test('a fork inside an open call sees it as unknown, and asks no tool', async () => {
    const { tool } = counted('safe')
    const checkpointer = memoryCheckpointer()
    const steps = [{ calls: [{ name: 'act', input: {} }] }, { text: 'done' }]
    const { run } = harness({ checkpointer, steps, tools: { act: tool } })
    const events = await collect(run, { input: 'Go' })
    const started = events.find((event) => event.type === 'tool-started')
    if (started === undefined || !('sequence' in started)) throw new Error('nothing was started')
    await checkpointer.fork({ thread: 't', at: started.sequence }, 'fork')
    const forked: string[] = []
    for await (const event of run({ thread: 'fork' }))
      forked.push(event.type === 'tool-finished' ? event.data.outcome.type : event.type)
    expect(forked).toContain('unknown')
    expect(forked.at(-1)).toBe('run-finished')
    expect(types(await collect(run, { input: 'more' }))).toContain('run-finished')
  })
})

test('calls of two stores that have a thread of the same name have different keys', async () => {
  const keys = new Set<string>()
  for (let store = 0; store < 2; store += 1) {
    const steps = [{ calls: [{ name: 'act', input: {} }] }, { text: 'done' }]
    const tools = {
      act: {
        run: (_: unknown, { call }: { call: { key: string } }) => (keys.add(call.key), completed('ok')),
      },
    }
    await collect(harness({ steps, tools }).run, { input: 'Go', inputId: 'same' })
  }
  expect(keys.size).toBe(2)
})
