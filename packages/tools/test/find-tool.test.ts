import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, settled, situationOf, textOf } from './fake-call.ts'
import { lookTool } from './look-tool.ts'

const coordinator = createToolCoordinator({
  registry: ['read', 'write', 'web_fetch'].map((name) => lookTool({ name })),
})

test('a name that differs in case alone is repaired and used', async () => {
  const prepared = await coordinator.prepare(callOf('READ', { path: 'a' }), situationOf())
  expect(prepared.type).toBe('ready')
})

test.each([
  ['reed', 'Nearest: read.'],
  ['webFetch', 'Nearest: web_fetch.'],
  ['fetch', 'Nearest: web_fetch.'],
  ['functions.web_fetch', 'Nearest: web_fetch.'],
  ['zzzzzzzzzz', 'These may be used: read, web_fetch, write.'],
  ['', 'There is no tool ""'],
])('an unknown name %j fails with the nearest', async (name, hint) => {
  const refused = settled(await coordinator.prepare(callOf(name, {}), situationOf()))
  expect(refused.outcome).toMatchObject({ type: 'failed', code: 'tool-unknown' })
  expect(textOf(refused)).toContain(hint)
})

const toolPolicy = (name: string): boolean => {
  if (name === 'write') throw new Error('no')
  return name === 'read'
}

test('a tool that the tool policy leaves out is denied, also where the policy throws', async () => {
  for (const name of ['web_fetch', 'write']) {
    const refused = settled(await coordinator.prepare(callOf(name, {}), situationOf('yolo', { toolPolicy })))
    expect(refused.outcome).toEqual({
      type: 'denied',
      reason: `The tool "${name}" may not be used now. These may be used: read.`,
    })
  }
})
