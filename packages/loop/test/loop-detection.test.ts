import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, type TestTool } from './harness.ts'

const call = (name: string, input: object = {}) => ({ name, input })

/** A model that makes these calls one after the other, again and again. */
async function cycle(names: readonly string[], tools: Readonly<Record<string, TestTool>>, rounds: number) {
  const turns = Array.from({ length: rounds }, () => names.map((name) => ({ calls: [call(name)] }))).flat()
  const steps = [
    { when: { toolsOff: true }, text: 'stuck', repeat: true },
    ...turns,
    { text: 'done', repeat: true },
  ]
  return outcomeOf(await collect(harness({ steps, tools, limits: {} }).run, { input: 'Go' }))
}

let news = 0
const same: TestTool = { run: () => completed('same') }
const fresh: TestTool = { run: () => completed(`news ${(news += 1)}`) }
const writes: TestTool = { repeat: 'idempotent', run: () => completed('written') }

describe('an agent in a loop', () => {
  test.each([
    ['one call', ['a']],
    ['two that alternate', ['a', 'b']],
    ['three', ['a', 'b', 'c']],
    ['seven', ['a', 'b', 'c', 'a2', 'b2', 'c2', 'w']],
    ['one that writes the same', ['w']],
    ['reading and writing the same', ['a', 'w']],
  ])('is ended: %s', async (_, names) => {
    const finished = await cycle(
      names,
      { a: same, b: same, c: same, a2: same, b2: same, c2: same, w: writes },
      12,
    )
    expect(finished).toMatchObject({ outcome: { type: 'limit-reached', limit: 'loop' }, text: 'stuck' })
  })
})

describe('an agent that gets on', () => {
  test.each([
    ['the same call with news', ['n']],
    ['the same call between others with news', ['a', 'n', 'a', 'n']],
  ])('is left alone: %s', async (_, names) => {
    expect(await cycle(names, { a: same, n: fresh }, 12)).toMatchObject({
      outcome: { type: 'completed' },
    })
  })

  test('a state that changes between two looks', async () => {
    let written = 0
    const edit: TestTool = { repeat: 'once', run: () => completed(`edit ${(written += 1)}`) }
    expect(await cycle(['a', 'edit'], { a: same, edit }, 12)).toMatchObject({
      outcome: { type: 'completed' },
    })
  })

  test('a person who asks for the same again and again', async () => {
    const checkpointerSteps = [
      { when: { lastToolResult: 'same' }, text: 'As before.', repeat: true },
      { calls: [call('a')], repeat: true },
    ]
    const { run, checkpointer } = harness({ steps: checkpointerSteps, tools: { a: same }, limits: {} })
    for (let index = 0; index < 8; index += 1) {
      const message = { role: 'user', content: [{ type: 'text', text: `again ${index}` }] }
      const signal = {
        id: `m${index}`,
        thread: 't',
        channel: 'messages',
        type: 'message',
        time: index,
        by: 'user',
        data: { message },
      }
      await checkpointer.signal([signal], 'process')
    }
    let sent = 0
    const events = []
    for await (const event of run({ thread: 't', input: 'Go' })) {
      events.push(event)
      if (event.type !== 'assistant-message' || (sent += 1) > 16) continue
      const message = { role: 'user', content: [{ type: 'text', text: `more ${sent}` }] }
      const signal = {
        id: `n${sent}`,
        thread: 't',
        channel: 'messages',
        type: 'message',
        time: 1,
        by: 'user',
        data: { message },
      }
      await checkpointer.signal([signal], 'process')
    }
    expect(dataOf(events, 'assistant-message').length).toBeGreaterThan(12)
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })
})
