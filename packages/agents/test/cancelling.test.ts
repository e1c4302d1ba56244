import { type AgentEvent, isLive } from '@keepup/core'
import { systemClock } from '@keepup/core'
import { expect, test } from 'vitest'

import { agentsOf, cancelTree, readTree } from '../src/index.ts'
import { collect, endOf, expectSettled, scene, type Scene } from './scene.ts'
import { aborted, thinkingModel } from './thinking-model.ts'

/** Three levels: each hands its task to the next, and the last two think until they are told to stop. */
function deepScene(seen: { thinking: number; after: number; over: boolean }): Scene {
  const down = (role: string) =>
    thinkingModel((request) =>
      request.messages.length === 1
        ? {
            calls: [
              ['delegate_to_agent', { role, task: `${role} 1` }],
              ['delegate_to_agent', { role, task: `${role} 2` }],
            ],
          }
        : { text: 'over' },
    )
  const thinker = thinkingModel(async (_, signal) => {
    if (seen.over) seen.after += 1
    seen.thinking += 1
    await aborted(signal)
    return { text: 'too late' }
  })
  return scene({ models: { main: down('one'), one: down('two'), two: thinker } })
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

test('a cancelled run ends every agent below it, and none says another word', async () => {
  const seen = { thinking: 0, after: 0, over: false }
  const { run, checkpointer } = deepScene(seen)
  const stop = new AbortController()
  const running = collect(run, { input: 'Go', signal: stop.signal })
  await until(() => seen.thinking === 4)
  seen.over = true
  stop.abort(new Error('enough'))
  const end = endOf(await running)
  expect(end.outcome).toMatchObject({ type: 'interrupted' })
  expect(seen.after).toBe(0)
  const tree = await readTree(checkpointer, 'main')
  expect([...agentsOf(tree)].map(({ outcome }) => outcome)).toEqual(Array(7).fill('interrupted'))
  await expectSettled(checkpointer)
})

test('a durable cancel reaches every agent of the tree', async () => {
  const seen = { thinking: 0, after: 0, over: false }
  const { run, checkpointer } = deepScene(seen)
  const running = collect(run, { input: 'Go' })
  await until(() => seen.thinking === 4)
  seen.over = true
  const told = await cancelTree(checkpointer, 'main', { reason: 'enough', clock: systemClock })
  expect(told).toHaveLength(7)
  expect(endOf(await running).outcome).toMatchObject({ type: 'interrupted', reason: 'enough' })
  expect(seen.after).toBe(0)
  await expectSettled(checkpointer)
})

test('an agent that is cancelled alone leaves the others at work', async () => {
  let thinking = 0
  const { run, checkpointer } = scene({
    models: {
      main: thinkingModel((request) =>
        request.messages.length === 1
          ? {
              calls: [
                ['delegate_to_agent', { role: 'slow', task: 'think' }],
                ['delegate_to_agent', { role: 'fast', task: 'answer' }],
              ],
            }
          : { text: 'done' },
      ),
      slow: thinkingModel(async (_, signal) => {
        thinking += 1
        await aborted(signal)
        return {}
      }),
      fast: thinkingModel(() => ({ text: 'fast' })),
    },
  })
  const running = collect(run, { input: 'Go' })
  await until(() => thinking === 1)
  const [slow] = (await readTree(checkpointer, 'main')).agents
  await cancelTree(checkpointer, slow?.agent ?? '', { reason: 'not needed', clock: systemClock })
  const events: readonly AgentEvent[] = await running
  expect(endOf(events).outcome).toEqual({ type: 'completed' })
  const told = events.flatMap((event) =>
    !isLive(event) && event.type === 'agent-settled' ? [event.data.end] : [],
  )
  expect(told.toSorted()).toEqual(['completed', 'interrupted'])
  await expectSettled(checkpointer)
})

test('agents that nobody collected end with the run, after the model was reminded of them', async () => {
  let reminded = ''
  const { run, checkpointer } = scene({
    models: {
      main: thinkingModel((request) => {
        if (request.messages.length === 1)
          return { calls: [['delegate_to_agent', { role: 'slow', task: 'think', background: true }]] }
        const last = request.messages.at(-1)
        if (last?.role === 'user') reminded = JSON.stringify(last.content)
        return { text: 'done' }
      }),
      slow: thinkingModel(async (_, signal) => {
        await aborted(signal)
        return {}
      }),
    },
  })
  const end = endOf(await collect(run, { input: 'Go' }))
  expect(end.outcome).toEqual({ type: 'completed' })
  expect(reminded).toContain('still at work')
  await expectSettled(checkpointer)
})
