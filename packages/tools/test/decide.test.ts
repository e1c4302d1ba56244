import {
  type Effect,
  type GuardedCall,
  type JsonValue,
  type Policy,
  type Tool,
  trustedLabel,
} from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator, createToolRegistry, modePolicy } from '../src/index.ts'
import { callOf, situationOf } from './fake-call.ts'
import { lookTool } from './look-tool.ts'

const allow: Policy = () => ({ type: 'allow' })
const ask: Policy = () => ({ type: 'ask', question: 'May it?', reasons: [{ rule: 'r', text: 'because' }] })
const deny: Policy = () => ({ type: 'deny', reason: 'Not here.' })
const broken: Policy = () => {
  throw new Error('policy bug')
}
const silent = (() => undefined) as unknown as Policy

async function decision(policies: readonly Policy[], mode: 'ask' | 'yolo' = 'yolo'): Promise<string> {
  const coordinator = createToolCoordinator({ registry: [lookTool()], policies })
  const prepared = await coordinator.prepare(callOf('look', { path: 'a' }), situationOf(mode))
  return prepared.type === 'refused' ? prepared.outcome.type : prepared.type
}

test('deny beats ask beats allow, whatever their order', async () => {
  expect(await decision([allow, ask, deny])).toBe('denied')
  expect(await decision([deny, ask, allow])).toBe('denied')
  expect(await decision([ask, allow])).toBe('ask')
  expect(await decision([allow, ask])).toBe('ask')
  expect(await decision([allow])).toBe('ready')
  expect(await decision([])).toBe('ready')
})

test('a policy that throws, or answers nothing, denies', async () => {
  expect(await decision([allow, broken])).toBe('denied')
  expect(await decision([silent])).toBe('denied')
})

test.each<[unknown]>([
  [null],
  ['allow'],
  [true],
  [{}],
  [{ type: 'permit' }],
  [{ type: 'deny' }],
  [{ type: 'ask' }],
  [{ type: 'ask', question: 'May it?' }],
  [{ type: 'ask', reasons: [] }],
  [{ type: 'ask', question: 'May it?', reasons: 'none' }],
])('an answer that is no decision, %j, denies', async (answer) => {
  expect(await decision([(() => answer) as unknown as Policy])).toBe('denied')
})

test('an ask carries the question, the reasons and the call it leads to', async () => {
  const coordinator = createToolCoordinator({ registry: [lookTool()], policies: [ask, ask] })
  const prepared = await coordinator.prepare(callOf('look', { path: 'a' }), situationOf())
  expect(prepared).toMatchObject({ type: 'ask', question: 'May it?', ready: { input: { path: 'a' } } })
})

test.each<[Tool['repeat'], readonly Effect[], boolean]>([
  ['safe', [{ kind: 'read', target: '/a' }], true],
  ['safe', [{ kind: 'write', target: '/a' }], false],
  ['idempotent', [], false],
  ['once', [], false],
])('outside yolo a %s call with effects %j is allowed: %s', async (repeat, effects, allowed) => {
  const coordinator = createToolCoordinator({ registry: [lookTool({ repeat, effects: () => effects })] })
  for (const mode of ['plan', 'ask', 'auto-edit', 'auto'] as const) {
    const prepared = await coordinator.prepare(callOf('look', { path: 'a' }), situationOf(mode))
    const otherwise = mode === 'plan' ? 'refused' : 'ask'
    expect(prepared.type).toBe(allowed ? 'ready' : otherwise)
  }
  const yolo = await coordinator.prepare(callOf('look', { path: 'a' }), situationOf('yolo'))
  expect(yolo.type).toBe('ready')
})

test('a policy cannot allow what the mode asks about; another mode policy can', async () => {
  const tool = lookTool({ repeat: 'once' })
  const held = createToolCoordinator({ registry: [tool], policies: [allow] })
  expect((await held.prepare(callOf('look', { path: 'a' }), situationOf('ask'))).type).toBe('ask')
  const open = createToolCoordinator({ registry: [tool], modePolicy: allow })
  expect((await open.prepare(callOf('look', { path: 'a' }), situationOf('ask'))).type).toBe('ready')
  expect(modePolicy).toBeTypeOf('function')
})

test('effects that throw count as every effect', async () => {
  const seen: GuardedCall[] = []
  const tool = lookTool({
    effects: () => {
      throw new Error('no idea')
    },
  })
  const watch: Policy = (call) => {
    seen.push(call)
    return { type: 'allow' }
  }
  const coordinator = createToolCoordinator({ registry: [tool], policies: [watch] })
  const prepared = await coordinator.prepare(callOf('look', { path: 'a' }), situationOf('ask'))
  expect(seen[0]?.effects.map(({ kind, target }) => kind + target)).toEqual([
    'exec*',
    'read*',
    'write*',
    'delete*',
    'net*',
    'input*',
  ])
  expect(prepared.type).toBe('ask')
})

test('policies see every leaf with its sink by the longest pointer, and where it was found', async () => {
  const seen: GuardedCall[] = []
  const tool = lookTool({
    sinks: { '': 'content', '/tags': 'scalar', '/tags/1': 'recipient', '/path': 'path' },
  })
  const coordinator = createToolCoordinator({
    registry: [tool],
    policies: [
      (call) => {
        seen.push(call)
        return { type: 'allow' }
      },
    ],
    findOrigins: ({ value }) => {
      if (value === 'x') throw new Error('lost')
      return value === 'here' ? [{ entry: 3, pointer: '/message', label: trustedLabel }] : []
    },
  })
  const input = { path: 'here', tags: ['x', 'y'], sizes: [], filter: { 'a/b~': null, by: 's' } }
  await coordinator.prepare(callOf('look', input), situationOf())
  expect(seen[0]?.arguments.map(({ pointer, sink, origins }) => [pointer, sink, origins.length])).toEqual([
    ['/path', 'path', 1],
    ['/tags/0', 'scalar', 0],
    ['/tags/1', 'recipient', 0],
    ['/sizes', 'content', 0],
    ['/filter/a~1b~0', 'content', 0],
    ['/filter/by', 'content', 0],
  ])
})

async function digest(
  tool: Tool<Record<string, JsonValue>>,
  input: JsonValue,
  exposure = trustedLabel,
): Promise<string> {
  const coordinator = createToolCoordinator({ registry: createToolRegistry([tool]) })
  const prepared = await coordinator.prepare(callOf('look', input), situationOf('yolo', { exposure }))
  if (prepared.type !== 'ready') throw new Error(prepared.type)
  return prepared.digest
}

test('the digest changes with the tool, the input, the effects and the exposure, and with nothing else', async () => {
  const first = await digest(lookTool(), { path: 'a', limit: 1 })
  const others = [
    await digest(lookTool({ description: 'Peeks' }), { path: 'a', limit: 1 }),
    await digest(lookTool(), { path: 'a', limit: 2 }),
    await digest(lookTool({ effects: () => [{ kind: 'net', target: 'h' }] }), { path: 'a', limit: 1 }),
    await digest(lookTool(), { path: 'a', limit: 1 }, { ...trustedLabel, confidential: true }),
  ]
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set([first, ...others]).size).toBe(5)
  expect(await digest(lookTool(), { limit: '1', path: 'a' })).toBe(first)
})
