import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type AgentEntryData,
  type AgentEvent,
  type Checkpointer,
  lostLabel,
  type PersonAnswer,
} from '@keepup/core'
import { expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, type TestTool, types } from './harness.ts'

type Asked = AgentEntryData['approval-requested']

/** A tool that asks for words, and what it was given. */
function asking(more: Partial<TestTool> = {}) {
  const heard: (PersonAnswer | undefined)[] = []
  const question: TestTool = {
    repeat: 'safe',
    decide: () => 'ask',
    digest: (input) => JSON.stringify(input),
    wants: { options: ['red', 'blue'] },
    run(_, context) {
      heard.push(context.answer)
      return completed(context.answer?.text ?? 'nothing')
    },
    ...more,
  }
  return { heard, tools: { question } }
}

const plan = (...calls: readonly object[]) => [{ calls }, { text: 'done', repeat: true }]
const ask = { name: 'question', input: { q: 'Which?' } }

let ids = 0
async function answer(
  checkpointer: Checkpointer,
  question: Asked,
  more: object = {},
  by = 'user',
): Promise<void> {
  const data = { approval: question.approval, digest: question.digest, allow: true, ...more }
  const channel = `answers:${question.approval}`
  const signal = { id: `q${(ids += 1)}`, thread: 't', channel, type: 'answer', time: 1, by, data }
  await checkpointer.signal([signal], 'power')
}

function asked(events: readonly AgentEvent[]): Asked {
  const [one] = dataOf(events, 'approval-requested')
  if (one === undefined) throw new Error('nothing was asked')
  return one
}

const reasonOf = (events: readonly AgentEvent[]): unknown => dataOf(events, 'tool-finished')[0]?.outcome

test('the words of an answer reach the call, as those of who said them', async () => {
  const { heard, tools } = asking()
  const { run, checkpointer } = harness({ steps: plan(ask), tools, unattended: 'wait' })
  const events = await collect(run, { input: 'Go' })
  expect(types(events).at(-1)).toBe('run-waiting')
  expect(asked(events).wants).toEqual({ options: ['red', 'blue'] })
  await answer(checkpointer, asked(events), { message: 'green\nand \u001B[2J blue' })
  expect(outcomeOf(await collect(run))).toMatchObject({ outcome: { type: 'completed' } })
  expect(heard).toMatchObject([
    { text: 'green\nand \u001B[2J blue', label: { integrity: 'trusted', sources: ['user'] } },
  ])
})

test('words of somebody else than the user are not taken for theirs', async () => {
  const { heard, tools } = asking()
  const { run, checkpointer } = harness({ steps: plan(ask), tools, unattended: 'wait' })
  await answer(checkpointer, asked(await collect(run, { input: 'Go' })), { message: 'red' }, 'agent:other')
  await collect(run)
  expect(heard).toEqual([{ text: 'red', label: lostLabel }])
})

test.each([
  [{}, ''],
  [{ message: '' }, ''],
  [{ message: 'x'.repeat(10_240) }, 'x'.repeat(10_240)],
])('an answer may be empty or long', async (more, text) => {
  const { heard, tools } = asking()
  const { run, checkpointer } = harness({ steps: plan(ask), tools, unattended: 'wait' })
  await answer(checkpointer, asked(await collect(run, { input: 'Go' })), more)
  await collect(run)
  expect(heard.map((said) => said?.text)).toEqual([text])
})

test('who does not want to answer ends the call, and the agent is told to go on', async () => {
  const { heard, tools } = asking()
  const { run, checkpointer } = harness({ steps: plan(ask), tools, unattended: 'wait' })
  await answer(checkpointer, asked(await collect(run, { input: 'Go' })), { allow: false })
  expect(reasonOf(await collect(run))).toMatchObject({
    type: 'denied',
    reason: expect.stringContaining('best assumption'),
  })
  expect(heard).toEqual([])
})

test('where nobody is there the call ends at once, and the agent is told to go on', async () => {
  const { heard, tools } = asking()
  const { run } = harness({ steps: plan(ask), tools, unattended: 'deny' })
  const events = await collect(run, { input: 'Go' })
  expect(reasonOf(events)).toEqual({
    type: 'denied',
    reason:
      'Nobody is there to answer. Go on with your best assumption, and say in your answer what you assumed.',
  })
  expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' }, unattendedDenials: 1 })
  expect(heard).toEqual([])
})

test('of two answers the first one counts, and the call is run once', async () => {
  const { heard, tools } = asking()
  const { run, checkpointer } = harness({ steps: plan(ask), tools, unattended: 'wait' })
  const question = asked(await collect(run, { input: 'Go' }))
  await Promise.all([
    answer(checkpointer, question, { message: 'red' }),
    answer(checkpointer, question, { message: 'blue' }),
  ])
  const events = await collect(run)
  expect(heard.map((said) => said?.text)).toEqual(['red'])
  expect(dataOf(events, 'signal-declined')).toMatchObject([
    { reason: expect.stringContaining('first answer') },
  ])
})

test('an answer to a question that has changed since is void, and it is asked anew', async () => {
  const checkpointer = memoryCheckpointer()
  const before = asking()
  const first = harness({ checkpointer, steps: plan(ask), tools: before.tools, unattended: 'wait' })
  const question = asked(await collect(first.run, { input: 'Go' }))
  await answer(checkpointer, question, { message: 'red' })
  const after = asking({ digest: () => 'changed', wants: {} })
  const second = harness({ checkpointer, steps: plan(ask), tools: after.tools, unattended: 'wait' })
  const events = await collect(second.run)
  expect(after.heard).toEqual([])
  expect(asked(events)).toMatchObject({ digest: 'changed', wants: {} })
  expect(asked(events).approval).not.toBe(question.approval)
  await answer(checkpointer, asked(events), { message: 'blue' })
  await collect(second.run)
  expect(after.heard.map((said) => said?.text)).toEqual(['blue'])
})

test('a fork asks anew: what was answered in the past was answered to another history', async () => {
  const { heard, tools } = asking()
  const { run, checkpointer } = harness({ steps: plan(ask), tools, unattended: 'wait' })
  const events = await collect(run, { input: 'Go' })
  await answer(checkpointer, asked(events), { message: 'red' })
  const [answered] = (await collect(run)).filter(({ type }) => type === 'approval-answered')
  if (answered === undefined || !('sequence' in answered)) throw new Error('nothing was answered')
  await checkpointer.fork({ thread: 't', at: answered.sequence }, 'fork')
  const again = await collect(run, { thread: 'fork' })
  expect(types(again).at(-1)).toBe('run-waiting')
  expect(heard).toHaveLength(1)
})

test('an approval that asks for no words hands none on', async () => {
  const heard: unknown[] = []
  const pay: TestTool = {
    decide: () => 'ask',
    run: (_, context) => (heard.push('answer' in context), completed('paid')),
  }
  const { run, checkpointer } = harness({ steps: plan({ name: 'pay' }), tools: { pay }, unattended: 'wait' })
  await answer(checkpointer, asked(await collect(run, { input: 'Go' })), { message: 'words' })
  await collect(run)
  expect(heard).toEqual([false])
})
