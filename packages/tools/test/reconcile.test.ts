import { type FinishedCall, type Tool } from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, contextOf, situationOf } from './fake-call.ts'
import { text, workTool } from './work-tool.ts'

async function reconciled(reconcile: Tool['reconcile'], context = contextOf()): Promise<FinishedCall> {
  const change = reconcile === undefined ? {} : { reconcile }
  const coordinator = createToolCoordinator({
    registry: [workTool(async () => text(''), change)],
    timeout: 20,
  })
  const prepared = await coordinator.prepare(callOf('work', {}), situationOf())
  if (prepared.type !== 'ready') throw new Error(prepared.type)
  expect(prepared.reconcilable).toBe(reconcile !== undefined)
  return prepared.reconcile(context)
}

test('the tool tells whether it happened', async () => {
  const happened = await reconciled(async () => ({ type: 'completed', output: text('it did') }))
  expect(happened.outcome.type).toBe('completed')
  const not = await reconciled(async () => ({ type: 'failed', code: 'not-done', message: 'It did not.' }))
  expect(not.outcome).toMatchObject({ type: 'failed', code: 'not-done' })
})

test('whatever goes wrong, nobody knows', async () => {
  expect((await reconciled(undefined)).outcome.type).toBe('unknown')
  expect((await reconciled(() => Promise.reject(new Error('cannot look')))).outcome.type).toBe('unknown')
  expect((await reconciled(() => new Promise(() => {}))).outcome.type).toBe('unknown')
  const aborted = contextOf({ signal: AbortSignal.abort() })
  expect(
    (await reconciled(async () => ({ type: 'completed', output: text('') }), aborted)).outcome.type,
  ).toBe('unknown')
})
