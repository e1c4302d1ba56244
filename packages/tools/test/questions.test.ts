import {
  type Decision,
  type HookEvent,
  type Hooks,
  lostLabel,
  type PersonAnswer,
  type Policy,
} from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, contextOf, settled, situationOf, textOf } from './fake-call.ts'
import { lookTool } from './look-tool.ts'

const allow: Decision = { type: 'allow' }

/** Asks which of two, and gives back what it was answered. */
const asking = lookTool({
  asks: () => ({ text: 'Which?', options: ['red', 'blue'], multiple: true }),
  run: async (_: unknown, { answer }: { readonly answer?: PersonAnswer }) => ({
    content: [{ type: 'text', text: answer?.text ?? 'nothing' }],
    ...(answer === undefined ? {} : { labels: { default: answer.label } }),
  }),
})

function prepare(
  { policies = [], hooks }: { policies?: readonly Policy[]; hooks?: Hooks } = {},
  tool = asking,
) {
  const given = hooks === undefined ? {} : { hooks }
  const coordinator = createToolCoordinator({ registry: [tool], policies, modePolicy: () => allow, ...given })
  return coordinator.prepare(callOf('look', { path: 'a' }), situationOf('yolo'))
}

test('what a tool asks a person is asked, whatever the mode allows, and the answer reaches the call', async () => {
  const prepared = await prepare()
  expect(prepared).toMatchObject({
    type: 'ask',
    question: 'Which?',
    reasons: [],
    wants: { options: ['red', 'blue'], multiple: true },
  })
  if (prepared.type !== 'ask') throw new Error('it is asked')
  const finished = await prepared.ready.run(contextOf({ answer: { text: 'red', label: lostLabel } }))
  expect(textOf(finished)).toBe('red')
  expect(finished.labels.default).toMatchObject({ integrity: 'free-text', confidential: true })
})

test('no hook answers in the place of the person', async () => {
  const told: HookEvent[] = []
  const hooks: Hooks = {
    listens: () => true,
    async run(event) {
      told.push(event)
      return event.type === 'permission-requested' ? { decision: allow } : {}
    },
  }
  expect(await prepare({ hooks })).toMatchObject({ type: 'ask', question: 'Which?' })
  const ask: Policy = () => ({ type: 'ask', question: 'May it?', reasons: [{ rule: 'r', text: 'because' }] })
  expect(await prepare({ hooks, policies: [ask] })).toMatchObject({ type: 'ask', question: 'Which?' })
  expect(told.map(({ type }) => type)).toContain('permission-requested')
})

test('what a policy denies is not asked', async () => {
  const denied = await prepare({ policies: [() => ({ type: 'deny', reason: 'no questions' })] })
  expect(settled(denied).outcome).toEqual({ type: 'denied', reason: 'no questions' })
})

test('where a policy asks as well, one question stands, with the reasons of the policy', async () => {
  const reasons = [{ rule: 'r', text: 'because' }]
  const prepared = await prepare({ policies: [() => ({ type: 'ask', question: 'May it?', reasons })] })
  expect(prepared).toMatchObject({ type: 'ask', question: 'Which?', reasons })
})

test('a tool that cannot say what it asks is refused, and one that asks nothing is run', async () => {
  const throwing = lookTool({
    asks: () => {
      throw new Error('which')
    },
  })
  expect(settled(await prepare({}, throwing)).outcome).toMatchObject({ type: 'failed', message: 'which' })
  expect((await prepare({}, lookTool({ asks: () => undefined }))).type).toBe('ready')
})
