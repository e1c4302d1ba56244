import { systemClock, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { answer } from '@keepup/runtime'
import { describe, expect, test } from 'vitest'

import { readTree } from '../src/index.ts'
import { collect, endOf, expectSettled, results, scene, type Scene } from './scene.ts'
import { lastText, thinkingModel, toolText } from './thinking-model.ts'

/** A tool that a person is asked about. */
function pressTool(pressed: string[]): Tool {
  return {
    name: 'press',
    description: 'Presses the button',
    input: jsonSchema<object>({ type: 'object' }),
    repeat: 'once',
    effects: () => [{ kind: 'write', target: '/button' }],
    async run(_, { call }) {
      pressed.push(call.key)
      return { content: [{ type: 'text', text: 'pressed' }] }
    },
  }
}

/** Two levels below the one that a person started, somebody presses the button. */
function pressScene(pressed: string[]): Scene {
  const down = (role: string) =>
    thinkingModel((request) =>
      toolText(request) === ''
        ? { calls: [['delegate_to_agent', { role, task: `press, ${role}` }]] }
        : { text: toolText(request) },
    )
  const presser = thinkingModel((request) =>
    toolText(request) === '' ? { calls: [['press', {}]] } : { text: toolText(request) },
  )
  return scene({
    models: { main: down('one'), one: down('two'), two: presser },
    tools: [pressTool(pressed)],
    parts: { mode: 'ask', unattended: 'wait' },
  })
}

describe('a question of an agent far below', () => {
  test('makes the whole tree wait, and its answer lets it go on', async () => {
    const pressed: string[] = []
    const { run, checkpointer } = pressScene(pressed)
    const events = await collect(run, { input: 'Go' })
    expect(events.at(-1)).toMatchObject({ type: 'run-waiting', data: { approvals: [expect.any(String)] } })
    const two = (await readTree(checkpointer, 'main')).agents[0]?.agents[0]
    const { entries } = await checkpointer.read(two?.agent ?? '')
    const asked = entries.find(({ type }) => type === 'approval-requested')
    // The type of the entry says what its data is.
    const { approval, digest } = (asked?.data ?? {}) as { approval: string; digest: string }
    expect(two?.approvals).toEqual([approval])
    await checkpointer.signal([answer(two?.agent ?? '', { approval, digest, allow: true })], 'process')
    expect(pressed).toEqual([])
    const end = endOf(await collect(run, {}))
    expect(end.text).toBe('pressed')
    expect(pressed).toHaveLength(1)
    await expectSettled(checkpointer)
  })

  test('that nobody answers can be left: the tree ends, and nothing was pressed', async () => {
    const pressed: string[] = []
    const { run, checkpointer } = pressScene(pressed)
    await collect(run, { input: 'Go' })
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    expect(endOf(await collect(run, { signal: stop.signal })).outcome).toMatchObject({ type: 'interrupted' })
    expect(pressed).toEqual([])
    await expectSettled(checkpointer)
  })
})

describe('agents that wait for each other', () => {
  test('three of them are told of the circle, with all three names', async () => {
    const started = systemClock.now()
    const { run, checkpointer } = scene({
      models: {
        main: thinkingModel((request) =>
          toolText(request) === ''
            ? { calls: [['delegate_to_agent', { role: 'bob', task: 'ask carol' }]] }
            : { text: toolText(request) },
        ),
        bob: thinkingModel((request) =>
          toolText(request) === ''
            ? { calls: [['delegate_to_agent', { role: 'carol', task: 'ask main' }]] }
            : { text: toolText(request) },
        ),
        carol: thinkingModel((request) =>
          toolText(request) === ''
            ? { calls: [['collect_agents', { agents: ['main'] }]] }
            : { text: toolText(request) },
        ),
      },
    })
    const end = endOf(await collect(run, { input: 'Go' }))
    expect(end.outcome).toEqual({ type: 'completed' })
    expect(end.text).toMatch(/would wait for each other for ever: carol \w+ → main → bob \w+ → carol \w+\./)
    // No timer decides it: it is told as soon as it is there.
    expect(systemClock.now() - started).toBeLessThan(5_000)
    await expectSettled(checkpointer)
  })

  test('two that wait for each other beside each other: one is told, and both come to an end', async () => {
    const ids: string[] = []
    const sibling = (other: number) =>
      thinkingModel(async (request) => {
        while (ids.length < 2) await new Promise((resolve) => setTimeout(resolve, 2))
        return toolText(request) === ''
          ? { calls: [['collect_agents', { agents: [ids[other] ?? ''] }]] }
          : { text: toolText(request) }
      })
    const { run, checkpointer } = scene({
      models: {
        main: thinkingModel((request) => {
          const told = toolText(request)
          if (told.includes('is at work')) {
            ids.push(...[...told.matchAll(/Agent (\w+) /g)].map(([, id = '']) => id))
            return { calls: [['collect_agents', { agents: ids }]] }
          }
          if (told !== '') return { text: told }
          const start = (role: string) =>
            ['delegate_to_agent', { role, task: role, background: true }] as const
          return { calls: [start('left'), start('right')] }
        }),
        left: sibling(1),
        right: sibling(0),
      },
    })
    const { text, outcome } = endOf(await collect(run, { input: 'Go' }))
    expect(outcome).toEqual({ type: 'completed' })
    expect(text).toMatch(/would wait for each other for ever/)
    await expectSettled(checkpointer)
  })

  test('an agent of another tree is none that can be waited for', async () => {
    const { run, checkpointer } = scene({
      models: {
        main: thinkingModel((request) =>
          toolText(request) === ''
            ? { calls: [['collect_agents', { agents: ['stranger'] }]] }
            : { text: 'done' },
        ),
        other: thinkingModel(() => ({ text: 'secret' })),
      },
    })
    await collect(run, { thread: 'stranger', input: 'Hello' }).catch(() => {})
    const events = await collect(run, { input: 'Go' })
    expect(results(events, 'collect_agents')[0]).toMatch(/There is no agent stranger here/)
    await expectSettled(checkpointer)
  })
})

describe('hand-off', () => {
  test('control passes down and returns to each that gave it', async () => {
    const heard: string[] = []
    const { run, checkpointer } = scene({
      models: {
        main: thinkingModel((request) =>
          toolText(request) === ''
            ? {
                text: 'I am the first.',
                calls: [['hand_off_to_agent', { role: 'billing', task: 'Refund it' }]],
              }
            : { text: `first: ${toolText(request)}` },
        ),
        billing: thinkingModel((request) => {
          if (toolText(request) !== '') return { text: `billing: ${toolText(request)}` }
          heard.push(lastText(request))
          return { calls: [['hand_off_to_agent', { role: 'refunds', task: 'Refund 5' }]] }
        }),
        refunds: thinkingModel(() => ({ text: 'refunded' })),
      },
    })
    const end = endOf(await collect(run, { input: 'I want my money back' }))
    expect(end.text).toBe('first: billing: refunded')
    expect(heard[0]).toContain('user: I want my money back')
    await expectSettled(checkpointer)
  })
})
