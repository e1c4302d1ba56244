import type { AgentRole, HookEvent, Hooks, HookVerdict } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { collect, endOf, expectSettled, results, scene } from './scene.ts'
import { lastText, thinkingModel, toolText } from './thinking-model.ts'

/** Delegates once, then repeats what it was told. */
function boss(role = 'worker') {
  return thinkingModel((request) =>
    toolText(request) === ''
      ? { calls: [['delegate_to_agent', { role, task: 'Work' }]] }
      : { text: toolText(request) },
  )
}

/** Fails so often, then answers. */
function failing(times: number) {
  let left = times
  return thinkingModel(() => {
    if (left === 0) return { text: 'worked at last' }
    left -= 1
    throw new Error('the provider is down')
  })
}

const retry = { attempts: 1, first: 1, longest: 2 }

function supervised(times: number, supervision: NonNullable<AgentRole['supervision']>) {
  return scene({
    models: { main: boss(), worker: failing(times) },
    roles: { worker: { supervision } },
    parts: { retry },
  })
}

describe('an agent that fails', () => {
  test('is started again as often as its role says', async () => {
    const { run, checkpointer } = supervised(2, { restarts: 2, otherwise: 'give-up' })
    expect(endOf(await collect(run, { input: 'Go' })).text).toBe('worked at last')
    await expectSettled(checkpointer)
  })

  test('is given up then, and the one who started it goes on without', async () => {
    const { run, checkpointer } = supervised(9, { restarts: 1, otherwise: 'give-up' })
    const end = endOf(await collect(run, { input: 'Go' }))
    expect(end.outcome).toEqual({ type: 'completed' })
    expect(end.text).toMatch(/The worker failed\. Do the work yourself/)
    await expectSettled(checkpointer)
  })

  test('ends the one who started it as well, where its role says so', async () => {
    const { run, checkpointer } = supervised(9, { restarts: 1, otherwise: 'escalate' })
    const end = endOf(await collect(run, { input: 'Go' }))
    expect(end.outcome).toMatchObject({ type: 'interrupted', reason: 'its agent (worker) failed for good' })
    await expectSettled(checkpointer)
  })
})

/** Hooks of a table: what each event leads to; every event is noted. */
function hooksOf(seen: HookEvent[], verdict: (event: HookEvent) => HookVerdict): Hooks {
  return {
    listens: (type) => type === 'agent-started' || type === 'agent-ended',
    run: async (event) => {
      seen.push(event)
      return verdict(event)
    },
  }
}

describe('hooks of agents', () => {
  test('are told of the start and the end, and may add to the task', async () => {
    const seen: HookEvent[] = []
    const { run } = scene({
      models: { main: boss(), worker: thinkingModel((request) => ({ text: lastText(request) })) },
      hooks: hooksOf(seen, ({ type }) => (type === 'agent-started' ? { context: ['Mind the gap.'] } : {})),
    })
    expect(endOf(await collect(run, { input: 'Go' })).text).toBe('Work\n\nMind the gap.')
    expect(seen.map(({ type }) => type)).toEqual(['agent-started', 'agent-ended'])
    expect(seen[1]).toMatchObject({ role: 'worker', lastText: 'Work\n\nMind the gap.', again: false })
  })

  test('may refuse an agent: the work is left to the one who asks', async () => {
    const { run } = scene({
      models: { main: boss(), worker: thinkingModel(() => ({ text: 'never' })) },
      hooks: hooksOf([], () => ({ decision: { type: 'deny', reason: 'not today' } })),
    })
    expect(endOf(await collect(run, { input: 'Go' })).text).toMatch(/not today\. Do the work yourself/)
  })

  test('may send an agent back to work, once', async () => {
    const seen: HookEvent[] = []
    const { run, checkpointer } = scene({
      models: { main: boss(), worker: thinkingModel((request) => ({ text: `heard: ${lastText(request)}` })) },
      hooks: hooksOf(seen, ({ type }) =>
        type === 'agent-ended' ? { decision: { type: 'deny', reason: 'Check it.' } } : {},
      ),
    })
    const events = await collect(run, { input: 'Go' })
    expect(results(events, 'delegate_to_agent')).toEqual(['heard: Check it.'])
    expect(seen.map(({ type }) => type)).toEqual(['agent-started', 'agent-ended', 'agent-ended'])
    await expectSettled(checkpointer)
  })
})
