import { memoryCheckpointer } from '@keepup/checkpoint'
import type { AgentEvent, Checkpointer, NewSignal, SignalReceipt } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import type { LoopParts } from '../src/index.ts'
import { collect, completed, dataOf, harness, outcomeOf, type TestTool, types } from './harness.ts'

let ids = 0
function send(
  checkpointer: Checkpointer,
  channel: string,
  type: string,
  data: unknown,
): Promise<readonly SignalReceipt[]> {
  const signal: NewSignal = { id: `s${(ids += 1)}`, thread: 't', channel, type, time: 1, by: 'user', data }
  return checkpointer.signal([signal], 'process')
}
const says = (text: string) => ({ message: { role: 'user', content: [{ type: 'text', text }] } })

/** The same parts but the tools, which a test may change. */
function rest({ tools, ...parts }: LoopParts): Omit<LoopParts, 'tools'> {
  return parts
}

/** A run whose one tool call does something to its own thread. */
function during(act: (checkpointer: Checkpointer) => Promise<unknown>, steps?: readonly object[]) {
  const checkpointer = memoryCheckpointer()
  return harness({
    checkpointer,
    steps: steps ?? [
      { calls: [{ name: 'act', input: {} }] },
      { when: { lastUser: 'left' }, text: 'left it is' },
      { text: 'straight on' },
    ],
    tools: { act: { run: async () => (await act(checkpointer), completed('ok')) } },
  })
}

describe('signals to a running agent', () => {
  test('a steer is delivered before the next turn', async () => {
    const events = await collect(
      during((checkpointer) => send(checkpointer, 'steers', 'steer', says('left'))).run,
      { input: 'Go' },
    )
    expect(outcomeOf(events)).toMatchObject({ text: 'left it is' })
    expect(dataOf(events, 'user-message').map(({ delivery }) => delivery)).toEqual(['message', 'steer'])
  })

  test('a message waits until the agent has finished what it does', async () => {
    const steps = [
      { calls: [{ name: 'act', input: {} }] },
      { when: { lastUser: 'and then' }, text: 'second' },
      { text: 'first' },
    ]
    const events = await collect(
      during((checkpointer) => send(checkpointer, 'messages', 'message', says('and then')), steps).run,
      { input: 'Go' },
    )
    expect(
      dataOf(events, 'assistant-message').map(({ message }) => JSON.stringify(message.content)),
    ).toHaveLength(3)
    expect(types(events).filter((type) => ['user-message', 'assistant-message'].includes(type))).toEqual([
      'user-message',
      'assistant-message',
      'assistant-message',
      'user-message',
      'assistant-message',
    ])
    expect(outcomeOf(events)).toMatchObject({ text: 'second' })
  })

  test('stop gives one more turn without tools', async () => {
    const steps = [
      { when: { toolsOff: true }, text: 'so far' },
      { calls: [{ name: 'act', input: {} }], repeat: true },
    ]
    const events = await collect(
      during((checkpointer) => send(checkpointer, 'control', 'stop', { reason: 'lunch' }), steps).run,
      { input: 'Go' },
    )
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'stopped', reason: 'lunch' }, text: 'so far' })
  })

  test('interrupt from another process ends what is under way, and every call has its outcome', async () => {
    const checkpointer = memoryCheckpointer()
    const { run } = harness({
      checkpointer,
      steps: [
        {
          calls: [
            { name: 'act', input: {} },
            { name: 'act', input: { second: true } },
          ],
        },
        { text: 'again' },
      ],
      tools: {
        act: {
          repeat: 'once',
          async run(_, { signal }) {
            await send(checkpointer, 'control', 'interrupt', { reason: 'stop that' })
            await new Promise((resolve) => signal.addEventListener('abort', resolve))
            return { type: 'unknown', reason: 'It was interrupted.' }
          },
        },
      },
    })
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'tool-finished').map(({ outcome }) => outcome.type)).toEqual(['unknown', 'failed'])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'interrupted', reason: 'stop that' } })
    expect(outcomeOf(await collect(run))).toMatchObject({ outcome: { type: 'completed' }, text: 'again' })
  })

  test('what cannot be heeded is declined with its reason, and nothing else happens', async () => {
    const bad: readonly (readonly [string, string, unknown])[] = [
      ['steers', 'steer', { message: 'no message' }],
      ['control', 'dance', {}],
      ['control', 'rewind', { to: 99_999 }],
      ['answers:x', 'answer', { approval: 'x', digest: 'd', allow: true }],
      ['answers:y', 'answer', 'yes'],
    ]
    const events = await collect(
      during(async (checkpointer) => {
        for (const [channel, type, data] of bad) await send(checkpointer, channel, type, data)
      }).run,
      { input: 'Go' },
    )
    expect(dataOf(events, 'signal-declined').map(({ channel }) => channel)).toEqual(
      bad.map(([channel]) => channel),
    )
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('a stop that was sent before the run began does not stop it', async () => {
    const { run, checkpointer } = harness({ steps: [{ text: 'done' }] })
    await send(checkpointer, 'control', 'stop', { reason: 'old' })
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'signal-declined')).toMatchObject([{ kind: 'stop', reason: 'no run was going on' }])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('an abort that came before the run began interrupts it as soon as it has', async () => {
    const { run } = harness({ steps: [{ text: 'done' }] })
    const events = await collect(run, { input: 'Go', signal: AbortSignal.abort(new Error('never mind')) })
    expect(outcomeOf(events)).toMatchObject({
      outcome: { type: 'interrupted', reason: 'never mind' },
      turns: 0,
    })
  })
})

describe('approvals', () => {
  const tools = {
    pay: {
      repeat: 'once' as const,
      decide: () => 'ask' as const,
      digest: (input: unknown) => JSON.stringify(input),
      run: () => completed('paid'),
    },
  } satisfies Record<string, TestTool>
  const steps = [
    { calls: [{ name: 'pay', input: { amount: 5 } }] },
    { when: { lastToolResult: 'paid' }, text: 'It is paid.' },
    { text: 'Not paid.' },
  ]
  const asked = (events: readonly AgentEvent[]) => {
    const request = dataOf(events, 'approval-requested').at(-1)
    if (request === undefined) throw new Error('nothing was asked')
    return request
  }

  test('are denied at once where nobody can be asked, and counted', async () => {
    const events = await collect(harness({ tools, steps }).run, { input: 'Pay' })
    expect(types(events)).toContain('approval-requested')
    expect(dataOf(events, 'tool-finished')).toMatchObject([{ outcome: { type: 'denied' } }])
    expect(outcomeOf(events)).toMatchObject({ text: 'Not paid.', unattendedDenials: 1 })
  })

  test('wait durably, and any process goes on with the answer', async () => {
    const { run, checkpointer, parts } = harness({ tools, steps, unattended: 'wait' })
    const first = await collect(run, { input: 'Pay' })
    expect(types(first).at(-1)).toBe('run-waiting')
    const { approval, digest } = asked(first)
    await send(checkpointer, `answers:${approval}`, 'answer', { approval, digest, allow: true })
    const second = await collect(harness({ ...rest(parts), checkpointer, tools }).run)
    expect(dataOf(second, 'approval-answered')).toMatchObject([{ allow: true, by: 'user', valid: true }])
    expect(outcomeOf(second)).toMatchObject({ outcome: { type: 'completed' }, text: 'It is paid.' })
  })

  test('resumed without an answer, the run waits on and asks nothing twice', async () => {
    const { run } = harness({ tools, steps, unattended: 'wait' })
    await collect(run, { input: 'Pay' })
    const again = await collect(run)
    expect(types(again)).toEqual(['run-resumed', 'run-waiting'])
  })

  test('a no is told to the model; the first answer counts', async () => {
    const { run, checkpointer } = harness({ tools, steps, unattended: 'wait' })
    const { approval, digest } = asked(await collect(run, { input: 'Pay' }))
    await send(checkpointer, `answers:${approval}`, 'answer', {
      approval,
      digest,
      allow: false,
      message: 'too much',
    })
    await send(checkpointer, `answers:${approval}`, 'answer', { approval, digest, allow: true })
    const events = await collect(run)
    expect(dataOf(events, 'tool-finished')).toMatchObject([
      { outcome: { type: 'denied', reason: 'too much' } },
    ])
    expect(dataOf(events, 'signal-declined')).toMatchObject([{ kind: 'answer' }])
  })

  test('an answer to another call than the one that was asked about is void, and it is asked anew', async () => {
    const { run, checkpointer, parts } = harness({ tools, steps, unattended: 'wait' })
    const { approval, digest } = asked(await collect(run, { input: 'Pay' }))
    await send(checkpointer, `answers:${approval}`, 'answer', { approval, digest, allow: true })
    const changed = { pay: { ...tools.pay, digest: () => 'another' } }
    const events = await collect(harness({ ...rest(parts), checkpointer, tools: changed }).run)
    expect(types(events)).not.toContain('tool-started')
    expect(asked(events).digest).toBe('another')
    const { approval: second } = asked(events)
    await send(checkpointer, `answers:${second}`, 'answer', {
      approval: second,
      digest: 'forged',
      allow: true,
    })
    const third = await collect(harness({ ...rest(parts), checkpointer, tools: changed }).run)
    expect(dataOf(third, 'approval-answered')).toMatchObject([{ valid: false }])
    expect(types(third)).not.toContain('tool-started')
  })
})
