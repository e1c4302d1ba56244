import type { ContextPolicy, Label, Model, NewEntry } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf } from './harness.ts'
import { witnessed } from './message-rules.ts'

const call = { name: 'look', input: {} }
const steps = [{ calls: [call] }, { calls: [call] }, { calls: [call] }, { text: 'done', repeat: true }]
let views = 0

function userText(text: string) {
  return { role: 'user', content: [{ type: 'text', text }] }
}

function compacting(decide: ContextPolicy) {
  const witness = witnessed(scriptedModel({ steps, contextWindow: 20_000 }))
  const tools = { look: { run: () => completed(`view ${(views += 1)}`) } }
  return { ...harness({ model: witness.model, tools, contextPolicy: decide }), witness }
}

function summary(replaced: number, more: Partial<NewEntry> = {}, role = 'user'): NewEntry {
  const by = [{ role, content: [{ type: 'text', text: `summary of ${replaced}` }] }]
  return {
    type: 'context-compacted',
    version: 1,
    critical: true,
    time: 0,
    by: 'runtime',
    data: { replaced, by },
    ...more,
  }
}

describe('a context policy', () => {
  test('replaces whole turns, also in several steps at once, and the run replays', async () => {
    let done = false
    const { run, witness } = compacting(async ({ messages }) => {
      if (messages.length !== 5 || done) return []
      done = true
      return [summary(1), summary(3)]
    })
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'context-compacted')).toHaveLength(2)
    expect(witness.faults).toEqual([])
    expect(witness.requests.at(-1)?.messages[0]).toContain('summary of 3')
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test.each([
    ['cuts a call from its result', () => summary(2)],
    ['leaves nothing', () => summary(99, { data: { replaced: 99, by: [] } })],
    ['lets the model speak first', () => summary(1, {}, 'assistant')],
    ['gives no entry at all', () => ({ nonsense: true }) as never],
  ])('that %s changes nothing', async (_, entry) => {
    const { run, witness } = compacting(async ({ messages }) => (messages.length >= 3 ? [entry()] : []))
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'context-compacted')).toEqual([])
    expect(witness.faults).toEqual([])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('is not asked where no call of the model follows', async () => {
    const lengths: number[] = []
    const { run } = compacting(async ({ messages }) => (lengths.push(messages.length), []))
    await collect(run, { input: 'Go' })
    expect(lengths).toEqual([1, 3, 5, 7])
  })

  test('is told what was last asked, and not asked where it says that nothing is due', async () => {
    const asked: unknown[] = []
    const fills: (readonly number[])[] = []
    const policy: ContextPolicy = async ({ request }) => (asked.push(request), [])
    policy.isDue = (...fill) => (fills.push(fill), fills.length > 2)
    await collect(compacting(policy).run, { input: 'Go' })
    expect(asked).toEqual([userText('Go'), userText('Go')])
    expect(fills).toHaveLength(4)
    expect(fills[0]).toEqual([expect.any(Number), 20_000])
  })

  test('that fails where it is asked whether anything is due is asked', async () => {
    let asked = 0
    const policy: ContextPolicy = async () => ((asked += 1), [])
    policy.isDue = () => {
      throw new Error('nonsense')
    }
    const events = await collect(compacting(policy).run, { input: 'Go' })
    expect(asked).toBe(4)
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  test('that does not label its summary gives it the label of what it was shown; one that does lowers it', async () => {
    const web: Label = {
      integrity: 'free-text',
      sources: ['url:evil.example'],
      readers: [],
      confidential: true,
    }
    for (const labels of [undefined, { default: web }]) {
      const more = labels === undefined ? {} : { labels }
      let done = false
      const { run } = compacting(async ({ messages }) => {
        if (messages.length !== 5 || done) return []
        done = true
        return [summary(3, more)]
      })
      const events = await collect(run, { input: 'Go' })
      const finished = events.find((event) => event.type === 'run-finished')
      const compacted = events.find((event) => event.type === 'context-compacted')
      expect(compacted).toMatchObject({ labels: { default: { integrity: 'free-text' } } })
      expect(finished).toMatchObject({ labels: { default: { confidential: labels !== undefined } } })
    }
  })
})

describe('a window that nobody knows', () => {
  const unknown = (decide: ContextPolicy, script: readonly object[] = steps) => {
    const witness = witnessed(scriptedModel({ steps: script }))
    const tools = { look: { run: () => completed(`view ${(views += 1)}`) } }
    return { ...harness({ model: witness.model, tools, contextPolicy: decide }), witness }
  }
  const tooLong = { kind: 'context-overflow', message: 'too long', retryable: false }

  test('is the one that the policy assumes; without, the policy is not asked', async () => {
    const windows: number[] = []
    const policy: ContextPolicy = async ({ window }) => (windows.push(window), [])
    await collect(unknown(policy).run, { input: 'Go' })
    expect(windows).toEqual([])
    const assuming = Object.assign(async (...given: Parameters<ContextPolicy>) => policy(...given), {
      assumedWindow: 32_000,
    })
    const events = await collect(unknown(assuming).run, { input: 'Go' })
    expect(windows).toEqual([32_000, 32_000, 32_000, 32_000])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
  })

  /** A model to which some prompts are too long, by how many messages they have. */
  const refusing = (isTooLong: (messages: number, times: number) => boolean) => {
    const model = scriptedModel({ steps })
    let times = 0
    const stream: Model['stream'] = async function* (request, signal) {
      if (isTooLong(request.messages.length, times)) {
        times += 1
        yield { type: 'failed', failure: { kind: 'context-overflow', message: 'too long', retryable: false } }
      } else yield* model.stream(request, signal)
    }
    const witness = witnessed({ ...model, stream })
    return { witness, tools: { look: { run: () => completed(`view ${(views += 1)}`) } } }
  }

  test('is no larger than what a provider called too long: the run compacts and goes on, and replays', async () => {
    const { witness, tools } = refusing((messages, times) => messages === 5 && times === 0)
    const windows: number[] = []
    const policy: ContextPolicy = async ({ messages, window, estimate }) => {
      windows.push(estimate - window)
      return messages.length === 5 && windows.length === 1 ? [summary(3)] : []
    }
    const { run } = harness({ model: witness.model, tools, contextPolicy: policy })
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'context-compacted')[0]).toMatchObject({ replaced: 3 })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' } })
    expect(witness.faults).toEqual([])
    // The policy is asked with that prompt as the window, and then with it for good.
    expect(windows[0]).toBe(0)
    expect(windows.length).toBeGreaterThan(1)
  })

  test('a policy that does not help is asked a few times, and the run ends with an answer', async () => {
    const { witness, tools } = refusing((messages) => messages >= 3)
    let asked = 0
    const policy: ContextPolicy = async ({ messages }) => {
      asked += 1
      const by = [...messages].slice(0, 1)
      return [{ ...summary(1), data: { replaced: 1, by } }]
    }
    const { run } = harness({ model: witness.model, tools, contextPolicy: policy })
    const events = await collect(run, { input: 'Go' })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'limit-reached', limit: 'context' } })
    expect(asked).toBeLessThan(8)
  })

  test('where nothing can give way, the run ends with an answer', async () => {
    const script = [{ calls: [call] }, { fail: tooLong }, { text: 'what I know', repeat: true }]
    const { run } = unknown(async () => [], script)
    const events = await collect(run, { input: 'Go' })
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'limit-reached', limit: 'context' } })
  })
})
