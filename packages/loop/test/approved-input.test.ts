import type { AgentEntryData, AgentEvent, Checkpointer } from '@keepup/core'
import { expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, type TestTool, types } from './harness.ts'

const paying = (more: Partial<TestTool> = {}) => {
  const paid: unknown[] = []
  const pay: TestTool = {
    repeat: 'once',
    decide: () => 'ask',
    digest: (input) => JSON.stringify(input),
    run(input) {
      paid.push(input)
      return completed('paid')
    },
    ...more,
  }
  return { paid, pay }
}

type Asked = AgentEntryData['approval-requested']

function asked(events: readonly AgentEvent[]): Asked {
  const one = dataOf(events, 'approval-requested').at(-1)
  if (one === undefined) throw new Error('nothing was asked')
  return one
}

let ids = 0
async function answer(checkpointer: Checkpointer, approval: string, data: object): Promise<void> {
  const channel = `answers:${approval}`
  const signal = { id: `a${(ids += 1)}`, thread: 't', channel, type: 'answer', time: 1, by: 'user', data }
  await checkpointer.signal([signal], 'power')
}

const allow = (question: Asked): object => ({
  approval: question.approval,
  digest: question.digest,
  allow: true,
})

const steps = [{ calls: [{ name: 'pay', input: { amount: '5' } }] }, { text: 'Done.', repeat: true }]

test('a question holds the input that an allowing answer lets run, where it is another than the model wrote', async () => {
  const { paid, pay } = paying({ repaired: () => ({ amount: 5 }) })
  const { run, checkpointer } = harness({ tools: { pay }, steps, unattended: 'wait' })
  const question = asked(await collect(run, { input: 'Pay' }))
  expect(question.input).toEqual({ amount: 5 })
  await answer(checkpointer, question.approval, allow(question))
  const events = await collect(run)
  expect(dataOf(events, 'tool-started')).toMatchObject([{ input: { amount: 5 } }])
  expect(paid).toEqual([{ amount: 5 }])
})

test('it holds none where nothing was changed, and no folder where commands start in the workspace', async () => {
  const { run } = harness({ tools: { pay: paying().pay }, steps, unattended: 'wait' })
  const question = asked(await collect(run, { input: 'Pay' }))
  expect(question).not.toHaveProperty('input')
  expect(question).not.toHaveProperty('folder')
})

test('it holds the folder where commands start by then', async () => {
  const go: TestTool = {
    run: () => ({
      type: 'completed',
      output: { content: [{ type: 'text', text: 'gone' }], folder: '/p/sub' },
    }),
  }
  const both = [{ calls: [{ name: 'go', input: {} }] }, ...steps]
  const { run } = harness({ tools: { go, pay: paying().pay }, steps: both, unattended: 'wait' })
  expect(asked(await collect(run, { input: 'Pay' })).folder).toBe('/p/sub')
})

test('an answer with a digest of its own lets nothing run: it is asked again', async () => {
  const { paid, pay } = paying()
  const { run, checkpointer } = harness({ tools: { pay }, steps, unattended: 'wait' })
  const question = asked(await collect(run, { input: 'Pay' }))
  await answer(checkpointer, question.approval, { ...allow(question), digest: 'forged' })
  const events = await collect(run)
  expect(dataOf(events, 'approval-answered')).toMatchObject([{ valid: false, digest: 'forged' }])
  expect(types(events).at(-1)).toBe('run-waiting')
  expect(paid).toEqual([])
  // The real one still counts, for the question that is open now.
  const open = asked([...events])
  await answer(checkpointer, open.approval, allow(open))
  expect(outcomeOf(await collect(run))).toMatchObject({ text: 'Done.' })
  expect(paid).toHaveLength(1)
})

test('an answer that comes after the run has ended is declined, and lets nothing run later either', async () => {
  const { paid, pay } = paying()
  const { run, checkpointer } = harness({ tools: { pay }, steps })
  const events = await collect(run, { input: 'Pay' })
  const question = asked(events)
  expect(outcomeOf(events)).toMatchObject({ unattendedDenials: 1 })
  await answer(checkpointer, question.approval, allow(question))
  const next = await collect(run, { input: 'And now?' })
  expect(dataOf(next, 'signal-declined')).toMatchObject([{ reason: 'no such approval is open' }])
  expect(paid).toEqual([])
})
