import { isLive, type LiveEvent } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, types } from './harness.ts'

describe('a run', () => {
  test('takes the message, calls the model, runs the tools, and finishes with the answer', async () => {
    const { run } = harness({
      steps: [
        { calls: [{ name: 'look', input: { at: 1 } }] },
        { when: { lastToolResult: 'seen' }, text: 'It is there.' },
      ],
      tools: { look: { run: () => completed('seen') } },
    })
    const events = await collect(run, { input: 'Where is it?' })
    expect(types(events)).toEqual([
      'user-message',
      'run-started',
      'instructions-changed',
      'model-called',
      'assistant-message',
      'tool-started',
      'tool-finished',
      'model-called',
      'assistant-message',
      'run-finished',
    ])
    expect(outcomeOf(events)).toMatchObject({
      outcome: { type: 'completed' },
      text: 'It is there.',
      turns: 2,
    })
  })

  test('announces live events with their place, and none of them is stored', async () => {
    const { run, checkpointer } = harness({ steps: [{ text: 'Hello there', chunk: 4 }] })
    const events = await collect(run, { input: 'Hi' })
    const live = events.filter((event): event is LiveEvent => isLive(event))
    expect(live.map((event) => ('text' in event ? event.text : '')).join('')).toBe('Hello there')
    expect(live.map(({ offset }) => offset)).toEqual(live.map((_, index) => index))
    expect((await checkpointer.read('t')).entries.map(({ type }) => type)).toEqual(types(events))
  })

  test('streams the input of a call while the model writes it', async () => {
    const content = 'a line of text\n'.repeat(20)
    const { run } = harness({
      steps: [{ calls: [{ name: 'write', input: { content } }] }, { text: 'done' }],
      tools: { write: {} },
    })
    const events = await collect(run, { input: 'Go' })
    const pieces = events.filter((event) => event.type === 'tool-input-streamed')
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces[0]).toMatchObject({ tool: 'write', live: true })
    expect(JSON.parse(pieces.map(({ text }) => text).join(''))).toEqual({ content })
    expect(events.indexOf(pieces[0] as never)).toBeLessThan(
      events.findIndex(({ type }) => type === 'assistant-message'),
    )
  })

  test('gives the same input only once, however often it is sent under one id', async () => {
    const { run } = harness({ steps: [{ text: 'one' }, { text: 'two' }] })
    await collect(run, { input: 'Hi', inputId: 'first' })
    await expect(collect(run, { input: 'Hi', inputId: 'first' })).rejects.toMatchObject({
      code: 'input-invalid',
    })
  })

  test('goes on with a finished thread when something new is said', async () => {
    const { run, checkpointer } = harness({
      steps: [{ text: 'one' }, { when: { lastUser: 'more' }, text: 'two' }],
    })
    await collect(run, { input: 'Hi' })
    const events = await collect(run, { input: 'more' })
    expect(outcomeOf(events)).toMatchObject({ text: 'two' })
    expect(types(events)).not.toContain('instructions-changed')
    expect((await checkpointer.read('t')).entries.filter(({ type }) => type === 'user-message')).toHaveLength(
      2,
    )
  })

  test('refuses a thread that another holder has, and says who', async () => {
    const { run } = harness({
      steps: [{ calls: [{ name: 'slow', input: {} }] }, { text: 'done' }],
      tools: {
        slow: { run: () => new Promise((resolve) => setTimeout(() => resolve(completed('ok')), 50)) },
      },
    })
    const first = collect(run, { input: 'Hi' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    await expect(collect(run)).rejects.toMatchObject({ code: 'lease-held' })
    expect(outcomeOf(await first)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('leaving the iteration interrupts it and leaves a history that can be gone on with', async () => {
    const { run } = harness({
      steps: [{ calls: [{ name: 'wait', input: {} }] }, { text: 'done' }],
      tools: { wait: { run: (_, { signal }) => untilAborted(signal) } },
    })
    for await (const event of run({ thread: 't', input: 'Hi' })) if (event.type === 'tool-started') break
    const events = await collect(run)
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' }, text: 'done' })
  })
})

describe('tool calls', () => {
  test('safe ones run at once, others one after the other, results in the order of the calls', async () => {
    const log: string[] = []
    const slow = (name: string, milliseconds: number) => async () => {
      log.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      log.push(`${name} ends`)
      return completed(name)
    }
    const { run, checkpointer } = harness({
      steps: [{ calls: ['a', 'b', 'write', 'c'].map((name) => ({ name, input: {} })) }, { text: 'done' }],
      tools: {
        a: { run: slow('a', 30) },
        b: { run: slow('b', 5) },
        write: { repeat: 'once', run: slow('write', 5) },
        c: { run: slow('c', 1) },
      },
    })
    const events = await collect(run, { input: 'Hi' })
    expect(log).toEqual([
      'a begins',
      'b begins',
      'b ends',
      'a ends',
      'write begins',
      'write ends',
      'c begins',
      'c ends',
    ])
    expect(dataOf(events, 'tool-finished').map(({ tool }) => tool)).toEqual(['b', 'a', 'write', 'c'])
    const { agentFold } = await import('../src/index.ts')
    const { readState } = await import('@keepup/checkpoint')
    const { state } = await readState(checkpointer, 't', agentFold)
    const results = [...state.messages].find(({ role }) => role === 'tool')
    expect(results?.content.map((part) => (part.type === 'tool-result' ? part.name : ''))).toEqual([
      'a',
      'b',
      'write',
      'c',
    ])
  })

  test('one that is not safe but may share runs beside others, and each outcome is committed by itself', async () => {
    let running = 0
    let most = 0
    const gather = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
      return completed('there')
    }
    const call = { name: 'send', input: {} }
    const { run } = harness({
      steps: [{ calls: [call, call, call] }, { text: 'done' }],
      tools: { send: { repeat: 'once', concurrency: 'shared', run: gather } },
    })
    const events = await collect(run, { input: 'Go' })
    expect(most).toBe(3)
    expect(dataOf(events, 'tool-started').map(({ shared }) => shared)).toEqual([true, true, true])
    expect(dataOf(events, 'tool-finished')).toHaveLength(3)
  })

  test('an unknown tool is a failure that the model sees', async () => {
    const { run } = harness({
      steps: [
        { calls: [{ name: 'nope', input: {} }] },
        { when: { lastToolResult: 'tool-unknown' }, text: 'sorry' },
      ],
    })
    expect(outcomeOf(await collect(run, { input: 'Hi' }))).toMatchObject({ text: 'sorry' })
  })
})

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
}
