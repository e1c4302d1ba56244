import { currentOwner, memoryCheckpointer, readState } from '@keepup/checkpoint'
import { type NewSignal, systemClock } from '@keepup/core'
import { agentFold } from '@keepup/loop'
import { expect, test } from 'vitest'

import { readTree } from '../src/index.ts'
import { leasesOver, mortalStore } from './mortal-store.ts'
import { collect, endOf, expectSettled, scene } from './scene.ts'
import { aborted, thinkingModel, toolText } from './thinking-model.ts'

/** Starts one agent in the background, then waits for it. */
const main = thinkingModel((request) => {
  const told = toolText(request)
  if (told === '')
    return { calls: [['delegate_to_agent', { role: 'slow', task: 'think', background: true }]] }
  return told.includes('is at work') ? { calls: [['collect_agents', {}]] } : { text: told }
})

function thinker() {
  const thinking = Promise.withResolvers<void>()
  const model = thinkingModel(async (_, signal) => {
    thinking.resolve()
    await aborted(signal)
    return {}
  })
  return { model, thinking: thinking.promise }
}

function ended(thread: string, agent: string, data: unknown): NewSignal {
  const header = {
    id: `forged-${systemClock.now()}-${agent}`,
    thread,
    channel: `agents:${agent}`,
    type: 'agent-ended',
  }
  return { ...header, time: 1, by: 'user', data }
}

test('a fork of a thread whose agents are at work neither waits for them nor ends them', async () => {
  const { model, thinking } = thinker()
  const { run, checkpointer } = scene({ models: { main, slow: model } })
  const stop = new AbortController()
  const running = collect(run, { input: 'Go', signal: stop.signal })
  await thinking
  const { head } = await checkpointer.read('main')
  await checkpointer.fork({ thread: 'main', at: head }, 'fork')
  const other = endOf(await collect(run, { thread: 'fork', signal: AbortSignal.timeout(2_000) }))
  // The calls of the fork are calls of its own: it started nobody.
  expect(other.outcome.type).toBe('completed')
  const still = (await readTree(checkpointer, 'main')).agents[0]
  expect(still?.status).toBe('running')
  stop.abort(new Error('enough'))
  await running
  expect((await readTree(checkpointer, 'fork')).agents).toEqual([])
  expect((await readTree(checkpointer, 'main')).agents[0]?.outcome).toBe('interrupted')
})

test('signals that tell of no agent, or of amounts that are none, change nothing', async () => {
  const { model, thinking } = thinker()
  const { run, checkpointer } = scene({ models: { main, slow: model } })
  const stop = new AbortController()
  const running = collect(run, { input: 'Go', signal: stop.signal })
  await thinking
  const usage = { input: -5, cached: 0, cacheWritten: 0, output: 0, reasoning: 0 }
  const spent = { turns: 0, usage, cost: Number.NaN, agents: 0 }
  await checkpointer.signal(
    [
      ended('main', 'nobody', {
        agent: 'nobody',
        attempt: 1,
        run: 'r',
        end: 'completed',
        spent: { ...spent, cost: 0 },
      }),
      ended('main', 'somebody', { agent: 'somebody', attempt: 1, run: 'r', end: 'completed', spent }),
      ended('main', 'text', 'no data at all'),
    ],
    'process',
  )
  stop.abort(new Error('enough'))
  const end = endOf(await running)
  expect(Number.isSafeInteger(end.cost)).toBe(true)
  // The next run meets them, and declines each.
  await collect(run, { input: 'Again', signal: AbortSignal.timeout(300) })
  const { entries } = await checkpointer.read('main')
  expect(entries.filter(({ type }) => type === 'signal-declined')).toHaveLength(3)
  await expectSettled(checkpointer)
})

test('an agent whose role is gone after a restart is let go with the run', async () => {
  const store = memoryCheckpointer()
  const dying = mortalStore(store)
  const { model, thinking } = thinker()
  const parts = { leaseTtl: 200 }
  const waiting = thinkingModel((request) =>
    toolText(request) === ''
      ? { calls: [['delegate_to_agent', { role: 'slow', task: 'think' }]] }
      : { text: toolText(request) },
  )
  const first = scene({
    models: { main: waiting, slow: model },
    checkpointer: dying.checkpointer,
    parts,
    replayed: false,
  })
  const stop = new AbortController()
  const lost = collect(first.run, { input: 'Go', signal: stop.signal }).catch(() => {})
  await thinking
  dying.die()
  stop.abort()
  await lost
  // Nobody can prove the holder dead: its leases have to end.
  await leasesOver(store)
  const { run } = scene({ models: { main: waiting, other: model }, checkpointer: store })
  const end = endOf(await collect(run))
  expect(end.outcome).toEqual({ type: 'completed' })
  const { entries } = await store.read((await readTree(store, 'main')).agents[0]?.agent ?? '')
  expect(entries.at(-1)?.type).toBe('agent-released')
})

test('an answer is found also where the beginning of its thread was pruned away', async () => {
  const { run, checkpointer } = scene({
    models: { main, slow: thinkingModel(() => ({ text: 'thought about it' })) },
    replayed: false,
  })
  expect(endOf(await collect(run, { input: 'Go' })).text).toContain('thought about it')
  const agent = (await readTree(checkpointer, 'main')).agents[0]?.agent ?? ''
  const { state, view } = await readState(checkpointer, agent, agentFold)
  await using lease = await checkpointer.lease(agent, currentOwner('pruner'), 1_000)
  await checkpointer.prune({
    thread: agent,
    lease: lease.token,
    through: view.head,
    fold: { id: agentFold.id, version: agentFold.version },
    state: agentFold.save?.(state),
    time: 1,
  })
  const [found] = (await readTree(checkpointer, 'main')).agents
  expect(found).toMatchObject({ role: 'slow', status: 'finished', outcome: 'completed' })
})
