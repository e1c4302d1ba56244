import { type AgentFact, type CallThread, KeepupError, type ToolContext } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, types } from './harness.ts'

const usage = { input: 7, cached: 0, cacheWritten: 0, output: 3, reasoning: 0 }

function spawned(key: string, turns: number): AgentFact {
  const started = { agent: 'child', key, attempt: 1, role: 'helper', budget: { agents: 0, turns } }
  return { type: 'agent-spawned', data: started }
}

function settled(key: string): AgentFact {
  const spent = { turns: 2, usage, cost: 11, agents: 1 }
  return { type: 'agent-settled', data: { agent: 'child', key, attempt: 1, end: 'completed', spent } }
}

function threadOf({ thread }: ToolContext): CallThread {
  if (thread === undefined) throw new Error('the loop gives every call its thread')
  return thread
}

const calls = (...names: readonly string[]) => ({ calls: names.map((name) => ({ name, input: {} })) })

describe('the thread of a call', () => {
  test('records facts between the beginning and the end of the call, and other threads get theirs in the same commit', async () => {
    const { run, checkpointer } = harness({
      steps: [calls('start'), { text: 'done' }],
      tools: {
        start: {
          async run(_, context) {
            const thread = threadOf(context)
            const { key } = context.call
            const lease = await checkpointer.lease(
              'child',
              { host: 'h', boot: '', process: 1, started: '', instance: 'i' },
              1_000,
            )
            const note = {
              type: 'agent-released',
              version: 1,
              critical: true,
              time: 1,
              by: 'runtime',
              data: { agent: 'child', attempt: 1 },
            }
            await thread.record([spawned(key, 5)], {
              appends: [{ thread: 'child', after: 0, lease: lease.token, entries: [note] }],
            })
            await lease.release()
            expect(thread.agents).toHaveLength(1)
            expect(thread.agents[0]?.settled).toBeUndefined()
            await thread.record([settled(key)])
            expect(thread.agents[0]?.settled?.end).toBe('completed')
            return completed('ok')
          },
        },
      },
    })
    const events = await collect(run, { input: 'Go' })
    const order = types(events)
    expect(order.slice(order.indexOf('tool-started'), order.indexOf('tool-finished') + 1)).toEqual([
      'tool-started',
      'agent-spawned',
      'agent-settled',
      'tool-finished',
    ])
    expect((await checkpointer.read('child')).entries).toHaveLength(1)
    expect(outcomeOf(events)).toMatchObject({ turns: 4, cost: 11, agents: 2 })
  })

  test('what is set aside for agents cannot be used: the run is warned and closed as if it had been spent', async () => {
    const left: (number | undefined)[] = []
    const { run } = harness({
      steps: [calls('start'), { text: 'My last words.' }],
      tools: {
        start: {
          async run(_, context) {
            const thread = threadOf(context)
            left.push(thread.left.turns)
            await thread.record([spawned(context.call.key, 8)])
            left.push(thread.left.turns)
            return completed('ok')
          },
        },
      },
      limits: { turns: 9 },
    })
    const events = await collect(run, { input: 'Go' })
    expect(left).toEqual([7, 0])
    expect(dataOf(events, 'system-warning').map(({ about }) => about)).toEqual(['turns'])
    expect(outcomeOf(events)?.text).toBe('My last words.')
  })

  test('refuses what comes after the call has ended', async () => {
    let late: Promise<void> | undefined
    const { run } = harness({
      steps: [calls('start'), { text: 'done' }],
      tools: {
        start: {
          async run(_, context) {
            const { key } = context.call
            late = new Promise((resolve) => setTimeout(resolve, 10)).then(() =>
              threadOf(context).record([spawned(key, 1)]),
            )
            late.catch(() => {})
            return completed('ok')
          },
        },
      },
    })
    await collect(run, { input: 'Go' })
    await expect(late).rejects.toSatisfy((error) => KeepupError.is(error, 'interrupted'))
  })

  test('a call that is suspended makes the run wait, and is run again when it is resumed', async () => {
    let runs = 0
    const { run } = harness({
      steps: [calls('ask', 'look'), { text: 'done' }],
      tools: {
        look: {},
        ask: {
          async run(_, context) {
            runs += 1
            if (runs > 1) return completed('answered')
            threadOf(context).suspend(context.call.key, ['question of another thread'])
            return completed('not heard by anybody')
          },
        },
      },
    })
    const first = await collect(run, { input: 'Go' })
    expect(dataOf(first, 'run-waiting')).toMatchObject([{ approvals: ['question of another thread'] }])
    const second = await collect(run)
    expect(dataOf(second, 'tool-finished').map(({ outcome }) => outcome)).toEqual([completed('answered')])
    expect(outcomeOf(second)?.outcome).toEqual({ type: 'completed' })
    expect(runs).toBe(2)
  })
})
