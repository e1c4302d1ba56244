import { memoryCheckpointer } from '@keepup/checkpoint'
import { type AgentEvent, type AgentEventMap, systemClock, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import {
  answer,
  createRuntime,
  interrupt,
  message,
  type Runtime,
  type RuntimeParts,
  steer,
  stop,
} from '../src/index.ts'

const add: Tool<{ a: number; b: number }> = {
  name: 'add',
  description: 'Adds two numbers.',
  input: jsonSchema({
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  }),
  repeat: 'safe',
  effects: () => [],
  run: async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }),
}
const remove: Tool = {
  ...add,
  name: 'remove',
  input: jsonSchema({ type: 'object' }),
  repeat: 'once',
  effects: () => [{ kind: 'delete', target: '/tmp/x' }],
  run: async () => ({ content: [{ type: 'text', text: 'removed' }] }),
}

function compose(steps: readonly object[], more: Partial<RuntimeParts> = {}): Runtime {
  return createRuntime({
    model: scriptedModel({ steps }),
    checkpointer: memoryCheckpointer(),
    tools: [add, remove],
    ...more,
  })
}

async function run(runtime: Runtime, request: Parameters<Runtime['run']>[0]): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of runtime.run(request)) events.push(event)
  return events
}

function finished(events: readonly AgentEvent[]): AgentEventMap['run-finished']['data'] | undefined {
  const last = events.at(-1)
  return last?.type === 'run-finished' ? last.data : undefined
}

describe('createRuntime', () => {
  test('runs an agent with nothing but a model, a checkpointer and tools', async () => {
    const runtime = compose([
      { calls: [{ name: 'add', input: { a: 2, b: 3 } }] },
      { when: { lastToolResult: '^5$' }, text: 'It is 5.' },
    ])
    const heard: string[] = []
    runtime.events.on('*', ({ type }) => heard.push(type))
    const events = await run(runtime, { thread: 'sum', input: 'What is 2 + 3?' })
    expect(finished(events)).toMatchObject({ outcome: { type: 'completed' }, text: 'It is 5.', turns: 2 })
    expect(heard).toEqual(events.map(({ type }) => type))
  })

  test('repairs what a model slips on, and tells it what it cannot repair', async () => {
    const runtime = compose([
      { calls: [{ name: 'add', input: { a: '2', b: 3 } }] },
      { when: { lastToolResult: '^5$' }, calls: [{ name: 'add', input: { a: 'two' } }] },
      { when: { lastToolResult: 'tool-input-invalid' }, text: 'I see.' },
    ])
    expect(finished(await run(runtime, { thread: 'sum', input: 'Add.' }))).toMatchObject({ text: 'I see.' })
  })

  test('in every mode but yolo a call that is not safe is denied', async () => {
    const steps = [
      { calls: [{ name: 'remove', input: {} }] },
      { when: { lastToolResult: 'removed' }, text: 'gone' },
      { text: 'denied' },
    ]
    for (const mode of ['plan', 'ask', 'auto-edit', 'auto'] as const) {
      expect(finished(await run(compose(steps), { thread: 't', input: 'Go', mode }))).toMatchObject({
        text: 'denied',
      })
    }
    expect(finished(await run(compose(steps), { thread: 't', input: 'Go', mode: 'yolo' }))).toMatchObject({
      text: 'gone',
    })
  })

  test('a policy may ask, and the answer of anybody counts', async () => {
    const steps = [
      { calls: [{ name: 'add', input: { a: 1, b: 1 } }] },
      { when: { lastToolResult: '^2$' }, text: 'two' },
      { text: 'no' },
    ]
    const runtime = compose(steps, {
      policies: [() => ({ type: 'ask', question: 'Really?', reasons: [] })],
      unattended: 'wait',
    })
    const asked = (await run(runtime, { thread: 't', input: 'Go' })).find(
      (event) => event.type === 'approval-requested',
    )
    const { approval, digest } =
      asked?.type === 'approval-requested' ? asked.data : { approval: '', digest: '' }
    expect((await runtime.state('t')).status).toBe('waiting')
    await runtime.signal([answer('t', { approval, digest, allow: true })])
    expect(finished(await run(runtime, { thread: 't' }))).toMatchObject({ text: 'two' })
  })

  test('tells the state now and as it was', async () => {
    const runtime = compose([{ text: 'one' }, { text: 'two' }])
    await run(runtime, { thread: 't', input: 'first' })
    const before = await runtime.state('t')
    await run(runtime, { thread: 't', input: 'second' })
    const now = await runtime.state('t')
    expect([before.lastText, now.lastText, now.turns, now.title]).toEqual(['one', 'two', 2, 'first'])
    expect(await runtime.state('t', 1)).toMatchObject({ lastText: '', turns: 0 })
    await expect(runtime.state('t', 999)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    expect((await runtime.state('nobody')).status).toBe('idle')
  })

  test('takes signals by its makers', async () => {
    const runtime = compose([{ text: 'first' }, { when: { lastUser: 'two' }, text: 'both heard' }])
    await runtime.signal([message('t', 'one'), steer('t', 'two'), stop('t', 'old'), interrupt('t', 'old')])
    expect(finished(await run(runtime, { thread: 't' }))).toMatchObject({ outcome: { type: 'completed' } })
    expect(await runtime.signal([message('t', 'again', { id: 'same' })])).toEqual(['accepted'])
    expect(await runtime.signal([message('t', 'again', { id: 'same' })])).toEqual(['duplicate'])
  })

  test('time, ids and limits are parts', async () => {
    const clock = { ...systemClock, now: () => 42 }
    const runtime = compose([{ calls: [{ name: 'add', input: { a: 1, b: 1 } }], repeat: true }], {
      clock,
      newId: () => 'id',
      limits: { turns: 1 },
    })
    const events = await run(runtime, { thread: 't', input: 'Go', inputId: 'input' })
    expect(finished(events)).toMatchObject({ run: 'id', outcome: { type: 'limit-reached', limit: 'turns' } })
    expect(events.every((event) => 'live' in event || event.time === 42)).toBe(true)
  })
})

describe('what others hand in', () => {
  test('words of somebody else than the user are not trusted unless their sender says why', async () => {
    const labels = {
      default: { integrity: 'vendor', sources: ['mail'], readers: 'anyone', confidential: false },
    } as const
    expect(steer('t', 'hi').labels?.default.integrity).toBe('trusted')
    expect(steer('t', 'hi', { by: 'agent:other' }).labels?.default).toMatchObject({
      integrity: 'free-text',
      confidential: true,
    })
    expect(steer('t', 'hi', { by: 'agent:other', labels }).labels).toEqual(labels)
  })

  test('parts that are undefined are parts that are left out', async () => {
    const parts = {
      limits: undefined,
      clock: undefined,
      retry: { attempts: undefined },
      mode: undefined,
    } as unknown as Partial<RuntimeParts>
    const runtime = compose([{ text: 'done' }], parts)
    expect(finished(await run(runtime, { thread: 't', input: 'Go' }))?.outcome).toEqual({ type: 'completed' })
  })

  test('odd limits are refused before anything happens', async () => {
    const runtime = compose([{ text: 'done' }])
    await expect(run(runtime, { thread: 't', input: 'Go', limits: { turns: -1 } })).rejects.toMatchObject({
      code: 'configuration-invalid',
    })
  })
})
