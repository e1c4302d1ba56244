import {
  type Decision,
  type HookEvent,
  type HookEventType,
  type Hooks,
  type HookVerdict,
  joinTable,
  KeepupError,
  type Policy,
  type PreparedCall,
} from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, contextOf, settled, situationOf, textOf } from './fake-call.ts'
import { lookTool } from './look-tool.ts'

const deny: Decision = { type: 'deny', reason: 'not here' }
const allow: Decision = { type: 'allow' }
const ask: Decision = { type: 'ask', question: 'Sure?', reasons: [] }

/** Hooks that say the same of each moment, and remember what they were told. */
function hooksOf(verdicts: Partial<Record<HookEventType, HookVerdict | (() => HookVerdict)>>) {
  const told: HookEvent[] = []
  const hooks: Hooks = {
    listens: (type) => type in verdicts,
    async run(event) {
      told.push(event)
      const said = verdicts[event.type]
      return (typeof said === 'function' ? said() : said) ?? {}
    },
  }
  return { hooks, told }
}

function prepare(hooks: Hooks, policies: readonly Policy[] = [], input: object = { path: 'a' }) {
  const coordinator = createToolCoordinator({ registry: [lookTool()], hooks, policies })
  return coordinator.prepare(callOf('look', { ...input }), situationOf('ask'))
}

async function runPrepared(prepared: PreparedCall) {
  if (prepared.type !== 'ready') throw new Error(`expected a ready call, got ${prepared.type}`)
  return prepared.run(contextOf())
}

test('a denying hook ends the call before the policies and the tool', async () => {
  const { hooks } = hooksOf({ 'tool-requested': { decision: deny } })
  const prepared = await prepare(hooks)
  expect(settled(prepared).outcome).toEqual({ type: 'denied', reason: 'not here' })
})

test('a hook is told the validated input and the effects', async () => {
  const { hooks, told } = hooksOf({ 'tool-requested': {} })
  await prepare(hooks, [], { path: 'a' })
  expect(told).toMatchObject([{ type: 'tool-requested', input: { path: 'a' }, effects: expect.any(Array) }])
})

test('a hook never sees an input that does not fit', async () => {
  const { hooks, told } = hooksOf({ 'tool-requested': {} })
  expect((await prepare(hooks, [], { path: 7, more: {} })).type).toBe('refused')
  expect(told).toEqual([])
})

test('a rewritten input is validated and decided upon anew, and changes the digest', async () => {
  const seen: unknown[] = []
  const watch: Policy = (call) => {
    seen.push(call.arguments.map(({ value }) => value))
    return { type: 'allow' }
  }
  const plain = await prepare(hooksOf({ 'tool-requested': {} }).hooks, [watch])
  const { hooks } = hooksOf({ 'tool-requested': { input: { path: 'b' } } })
  const rewritten = await prepare(hooks, [watch])
  if (plain.type !== 'ready' || rewritten.type !== 'ready') throw new Error('expected ready calls')
  expect(seen.at(-1)).toEqual(['b'])
  expect(rewritten.input).toEqual({ path: 'b' })
  expect(rewritten.digest).not.toBe(plain.digest)
})

test('a rewrite that does not fit is refused, and says that a hook made it', async () => {
  const { hooks } = hooksOf({ 'tool-requested': { input: { path: [] } } })
  expect(settled(await prepare(hooks)).outcome).toMatchObject({
    type: 'failed',
    code: 'tool-input-invalid',
    message: expect.stringContaining('A hook rewrote the input'),
  })
})

test.each<[string, Decision, Decision, PreparedCall['type']]>([
  ['allow answers a question', allow, ask, 'ready'],
  ['allow answers no firm question', allow, { ...ask, firm: true }, 'ask'],
  ['allow lifts no denial', allow, deny, 'refused'],
  ['ask makes a question of what was allowed', ask, allow, 'ask'],
  ['ask stays a denial', ask, deny, 'refused'],
])('a hook’s %s', async (_, said, decided, type) => {
  const { hooks } = hooksOf({ 'tool-requested': { decision: said } })
  expect((await prepare(hooks, [() => decided])).type).toBe(type)
})

test.each<[string, HookVerdict, Decision, PreparedCall['type']]>([
  ['allows', { decision: allow }, ask, 'ready'],
  ['denies', { decision: deny }, ask, 'refused'],
  ['says nothing', {}, ask, 'ask'],
  ['asks too', { decision: ask }, ask, 'ask'],
  ['allows what only a person may answer', { decision: allow }, { ...ask, firm: true }, 'ask'],
  ['stops the run', { stop: 'enough' }, ask, 'refused'],
])('where a person would be asked, a hook that %s', async (_, verdict, decided, type) => {
  const { hooks, told } = hooksOf({ 'permission-requested': verdict })
  expect((await prepare(hooks, [() => decided])).type).toBe(type)
  expect(told).toMatchObject([{ type: 'permission-requested', question: 'Sure?' }])
})

test('a rewrite by the one who was asked is decided upon anew', async () => {
  const only: Policy = ({ call, arguments: [leaf] }) =>
    leaf?.value === 'secret'
      ? deny
      : { ...ask, question: `May ${call.name} see ${JSON.stringify(leaf?.value)}?` }
  const { hooks } = hooksOf({ 'permission-requested': { decision: allow, input: { path: 'secret' } } })
  expect(settled(await prepare(hooks, [only])).outcome).toEqual(
    deny && { type: 'denied', reason: 'not here' },
  )
})

test('stop ends the call and asks for the end of the run', async () => {
  const { hooks } = hooksOf({ 'tool-requested': { stop: 'enough' } })
  expect(await prepare(hooks)).toMatchObject({
    type: 'refused',
    stop: 'enough',
    outcome: { type: 'denied', reason: 'enough' },
  })
})

test('hooks that reject deny, and never throw', async () => {
  const hooks: Hooks = {
    listens: () => true,
    run: async () => {
      throw new KeepupError('internal', 'broken')
    },
  }
  expect(settled(await prepare(hooks)).outcome).toMatchObject({ type: 'denied' })
})

test('after the call, a hook adds words as free text, replaces the output and stops the run', async () => {
  const { hooks, told } = hooksOf({
    'tool-requested': { context: ['before'] },
    'tool-ended': {
      context: ['after'],
      stop: 'enough',
      output: { content: [{ type: 'text', text: 'instead' }] },
    },
  })
  const finished = await runPrepared(await prepare(hooks))
  expect(textOf(finished)).toBe('instead\nbefore\nafter')
  expect(finished.stop).toBe('enough')
  expect(joinTable(finished.labels)).toMatchObject({ integrity: 'free-text' })
  expect(joinTable(finished.labels).sources).toContain('hook')
  expect(told.at(-1)).toMatchObject({ type: 'tool-ended', outcome: { type: 'completed' } })
})

test('a denial after the call cannot undo it: its reason is added', async () => {
  const { hooks } = hooksOf({ 'tool-ended': { decision: deny } })
  const finished = await runPrepared(await prepare(hooks))
  expect(finished.outcome.type).toBe('completed')
  expect(textOf(finished)).toContain('not here')
})

test('hooks that nobody configured cost nothing: the call is the same without them', async () => {
  const { hooks, told } = hooksOf({})
  const finished = await runPrepared(await prepare(hooks))
  expect(told).toEqual([])
  expect(finished.outcome.type).toBe('completed')
})
