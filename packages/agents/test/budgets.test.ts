import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { expect, test } from 'vitest'

import { readTree } from '../src/index.ts'
import { collect, endOf, expectSettled, results, scene } from './scene.ts'
import { thinkingModel, toolText } from './thinking-model.ts'

const price = { input: 1_000, cached: 0, cacheWritten: 0, output: 2_000 }

/** Delegates `tasks` in one turn, then answers. */
function boss(tasks: readonly string[]) {
  return thinkingModel(
    (request) =>
      request.messages.length === 1
        ? { calls: tasks.map((task) => ['delegate_to_agent', { role: 'worker', task }] as const) }
        : { text: 'done' },
    { price },
  )
}

test('what agents use is what their parents count, to the last nano-dollar', async () => {
  const { run, checkpointer } = scene({
    models: {
      main: boss(['a', 'b', 'c']),
      worker: thinkingModel(() => ({ text: 'yes', usage: { input: 101, output: 7 } }), { price }),
    },
  })
  const end = endOf(await collect(run, { input: 'Go', limits: { money: 100_000_000 } }))
  expect(end.cost).toBe(2 * (10 * 1_000 + 5 * 2_000) + 3 * (101 * 1_000 + 7 * 2_000))
  expect(end.usage).toMatchObject({ input: 20 + 303, output: 10 + 21 })
  expect(end.turns).toBe(5)
  const { spent } = await readTree(checkpointer, 'main')
  expect(spent.cost).toBe(end.cost)
  await expectSettled(checkpointer)
})

test('agents cannot use more than they were lent, and the run not more than its limit', async () => {
  const { run, checkpointer } = scene({
    models: {
      main: boss(['a', 'b', 'c']),
      // Would go on for ever.
      worker: thinkingModel(
        (request) =>
          request.toolChoice === 'none'
            ? { text: 'ran out' }
            : { calls: [['collect_agents', { agents: [`none-${request.messages.length}`] }]] },
        { price },
      ),
    },
  })
  const events = await collect(run, { input: 'Go', limits: { turns: 20 } })
  const end = endOf(events)
  // Each of the three gets one reserved turn that is not counted.
  expect(end.turns).toBeLessThanOrEqual(20)
  expect(results(events, 'delegate_to_agent').join('\n')).toMatch(/reached the limit of its budget \(turns\)/)
  await expectSettled(checkpointer)
})

test('money is lent as well: what is too little for an answer is not lent', async () => {
  const { run } = scene({
    models: {
      main: boss(['a', 'b', 'c', 'd']),
      worker: thinkingModel(() => ({ text: 'yes' }), { price }),
    },
  })
  const events = await collect(run, { input: 'Go', limits: { money: 20_000_000 } })
  const told = results(events, 'delegate_to_agent')
  expect(told).toContain('yes')
  expect(told.join('\n')).toMatch(/too little money is left to hand on\. Do the work yourself/)
})

test('where nothing is left to hand on, the work is left to the one who asks', async () => {
  const { run } = scene({
    models: {
      main: thinkingModel((request) =>
        toolText(request) === ''
          ? { calls: [['delegate_to_agent', { role: 'worker', task: 'a' }]] }
          : { text: toolText(request) },
      ),
      worker: thinkingModel(() => ({ text: 'yes' })),
    },
  })
  const end = endOf(await collect(run, { input: 'Go', limits: { turns: 2 } }))
  expect(end.text).toMatch(/no turns are left to hand on\. Do the work yourself/)
})

test('a program says how much an agent may have, and it is never more than is left', async () => {
  const lent: unknown[] = []
  const tool: Tool = {
    name: 'start',
    description: 'Starts agents with budgets of its own',
    input: jsonSchema<object>({ type: 'object' }),
    repeat: 'safe',
    effects: () => [],
    async run(_, context) {
      const order = { role: 'worker', parent: context, isolation: 'none' } as const
      const started = await manager.spawn({ ...order, task: 'a', budget: { turns: 3, time: 60_000 } })
      const again = await manager.spawn({ ...order, task: 'another', budget: { turns: 500 } })
      lent.push(...(context.thread?.agents ?? []).map(({ budget }) => budget))
      if (started.type === 'refused' || again.type === 'refused') throw new Error('both are the same agent')
      expect(again.agent).toBe(started.agent)
      return (await manager.collect(context, [started.agent])) ?? { content: [] }
    },
  }
  const { run, manager, checkpointer } = scene({
    models: {
      main: thinkingModel((request) =>
        toolText(request) === '' ? { calls: [['start', {}]] } : { text: toolText(request) },
      ),
      worker: thinkingModel(() => ({ text: 'yes' })),
    },
    tools: [tool],
  })
  const end = endOf(await collect(run, { input: 'Go', limits: { turns: 10 } }))
  expect(lent).toMatchObject([{ turns: 3, time: 60_000 }])
  expect(end.text).toBe('yes')
  await expectSettled(checkpointer)
})
