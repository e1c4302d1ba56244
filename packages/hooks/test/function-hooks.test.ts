import type { Decision, HookEvent, HookVerdict } from '@keepup/core'
import { expect, test } from 'vitest'

import { createHooks, type FunctionHook } from '../src/index.ts'
import { situationOf, toolEnded, toolRequested } from './moment.ts'

const deny: Decision = { type: 'deny', reason: 'no' }
const ask: Decision = { type: 'ask', question: 'Sure?', reasons: [{ rule: 'a', text: 'b' }] }
const allow: Decision = { type: 'allow' }

/** Hooks of which each says one thing before every call. */
function saying(...verdicts: readonly (HookVerdict | undefined)[]) {
  return createHooks({ hooks: verdicts.map((verdict, index) => guard(`${index}`, () => verdict)) })
}

function guard(
  name: string,
  run: Extract<FunctionHook, { on: 'tool-requested' }>['run'],
  more: Partial<Extract<FunctionHook, { on: 'tool-requested' }>> = {},
): FunctionHook {
  return { name, on: 'tool-requested', run, ...more }
}

test('without hooks nothing is listened to and nothing is said', async () => {
  const hooks = createHooks({ hooks: [] })
  expect(hooks.listens('tool-requested')).toBe(false)
  expect(await hooks.run(toolRequested(), situationOf())).toEqual({})
})

test('a hook is told of its own moment alone, with the fields of it', async () => {
  const seen: string[] = []
  const hooks = createHooks({
    hooks: [
      { name: 'a', on: 'prompt-submitted', run: ({ prompt }) => void seen.push(prompt) },
      { name: 'b', on: 'tool-ended', run: ({ outcome }) => void seen.push(outcome.type) },
    ],
  })
  await hooks.run({ type: 'prompt-submitted', prompt: 'hello' }, situationOf())
  await hooks.run(toolEnded(), situationOf())
  expect(seen).toEqual(['hello', 'completed'])
  expect([hooks.listens('tool-ended'), hooks.listens('session-started')]).toEqual([true, false])
})

test.each<[string, readonly (HookVerdict | undefined)[], Decision | undefined]>([
  ['deny beats ask and allow', [{ decision: allow }, { decision: ask }, { decision: deny }], deny],
  ['whatever the order', [{ decision: deny }, { decision: ask }, { decision: allow }], deny],
  ['ask beats allow', [{ decision: allow }, { decision: ask }], ask],
  ['allow beats nothing', [undefined, { decision: allow }], allow],
  ['nothing is nothing', [undefined, {}], undefined],
])('%s', async (_, verdicts, expected) => {
  const said = await saying(...verdicts).run(toolRequested(), situationOf())
  expect(said.decision).toEqual(expected)
})

test('reasons, context and messages of all are kept', async () => {
  const hooks = saying(
    { decision: deny, context: ['a'], messages: ['m'] },
    { decision: { type: 'deny', reason: 'never' }, context: ['b'] },
  )
  const said = await hooks.run(toolRequested(), situationOf())
  expect(said).toEqual({
    decision: { type: 'deny', reason: 'no\nnever' },
    context: ['a', 'b'],
    messages: ['m'],
  })
})

test('two different rewrites of one input at once deny; equal ones are one', async () => {
  const different = await saying({ input: { command: 'a' } }, { input: { command: 'b' } }).run(
    toolRequested(),
    situationOf(),
  )
  expect(different.input).toBeUndefined()
  expect(different.decision).toMatchObject({ type: 'deny', reason: expect.stringContaining('0 and 1') })
  const equal = await saying({ input: { command: 'a' } }, { input: { command: 'a' } }).run(
    toolRequested(),
    situationOf(),
  )
  expect(equal).toEqual({ input: { command: 'a' } })
})

test('an allowance of what another hook rewrote is none', async () => {
  const said = await saying({ decision: allow }, { input: { command: 'rm -rf /' } }).run(
    toolRequested(),
    situationOf(),
  )
  expect(said).toEqual({ input: { command: 'rm -rf /' } })
})

test('sequential hooks see what the ones before rewrote, and effects that are not known', async () => {
  const seen: HookEvent[] = []
  const hooks = createHooks({
    hooks: [
      guard('first', () => ({ input: { command: 'b' }, decision: allow })),
      guard('second', (event) => ({ input: { command: `${JSON.stringify(event.input)}!` } }), {
        sequential: true,
      }),
      guard('third', (event) => void seen.push(event), { sequential: true }),
    ],
  })
  const said = await hooks.run(toolRequested(), situationOf())
  expect(said).toEqual({ input: { command: '{"command":"b"}!' } })
  expect(seen).toMatchObject([
    { input: said.input, effects: expect.arrayContaining([{ kind: 'exec', target: '*' }]) },
  ])
})

test('hooks beside each other run at once, and a denial ends what comes after', async () => {
  const order: string[] = []
  let release = (): void => {}
  const waiting = new Promise<void>((resolve) => (release = resolve))
  const hooks = createHooks({
    hooks: [
      guard('waits', async () => {
        await waiting
        order.push('waits')
        return { decision: deny }
      }),
      guard('releases', () => {
        order.push('releases')
        release()
        return undefined
      }),
      guard('after', () => void order.push('after'), { sequential: true }),
    ],
  })
  await hooks.run(toolRequested(), situationOf())
  expect(order).toEqual(['releases', 'waits'])
})

test('a hook is only run for its tools', async () => {
  const seen: string[] = []
  const note = (name: string) => () => void seen.push(name)
  const hooks = createHooks({
    hooks: [
      guard('by name', note('by name'), { tools: 'shell' }),
      guard('by names', note('by names'), { tools: ['read', 'write'] }),
      guard('by pattern', note('by pattern'), { tools: /^mcp__/g }),
      guard('all', note('all')),
    ],
  })
  await hooks.run(toolRequested({}, 'write'), situationOf())
  await hooks.run(toolRequested({}, 'mcp__a__b'), situationOf())
  await hooks.run(toolRequested({}, 'mcp__a__c'), situationOf())
  expect(seen).toEqual(['by names', 'all', 'by pattern', 'all', 'by pattern', 'all'])
})

const failures: readonly [string, () => HookVerdict | Promise<HookVerdict>, string][] = [
  ['throws', () => Promise.reject(new Error('broken')), 'broken.'],
  ['throws no error', () => Promise.reject('odd'), 'it threw odd.'], // oxlint-disable-line prefer-promise-reject-errors
  ['takes too long', () => new Promise(() => {}), 'it took longer than 0.02 s.'],
  ['returns a text', () => 'deny' as never, 'It returned a string, no verdict.'],
  ['decides something unknown', () => ({ decision: { type: 'perhaps' } as never }), '"perhaps"'],
  ['denies without a reason', () => ({ decision: { type: 'deny' } as never }), 'reason is no text'],
]

test.each(failures)('a guard that %s denies, and says so', async (_, run, problem) => {
  const told: string[] = []
  const hook = guard('the guard', run, { timeout: 20 })
  const hooks = createHooks({ hooks: [hook], tell: (text) => void told.push(text) })
  const { decision } = await hooks.run(toolRequested(), situationOf())
  expect(decision).toMatchObject({
    type: 'deny',
    reason: expect.stringContaining('The hook the guard failed: '),
  })
  expect(decision).toMatchObject({ reason: expect.stringContaining(problem) })
  expect(decision).toMatchObject({ reason: expect.stringContaining('"onFailure": "continue"') })
  expect(told).toHaveLength(1)
})

test.each(failures)('a guard that %s may be told not to', async (_, run, problem) => {
  const hooks = createHooks({ hooks: [guard('lax', run, { timeout: 20, onFailure: 'continue' })] })
  const said = await hooks.run(toolRequested(), situationOf())
  expect(said.decision).toBeUndefined()
  expect(said.messages).toEqual([expect.stringContaining(problem)])
})

test('a hook that only watches never stops anything by failing', async () => {
  const run = (): never => {
    throw new Error('broken')
  }
  const watched: readonly HookEvent[] = [
    toolEnded(),
    { type: 'notified', text: '' },
    { type: 'session-started', source: 'startup' },
    { type: 'session-ended', reason: 'completed' },
  ]
  const hooks = createHooks({
    hooks: watched.map(({ type }): FunctionHook => ({ name: type, on: type, run })),
  })
  for (const event of watched) {
    const said = await hooks.run(event, situationOf())
    expect(said).toEqual({ messages: [`The hook ${event.type} failed: broken.`] })
  }
})

test('a broken hook holds up a stop once', async () => {
  const hooks = createHooks({
    hooks: [{ name: 'a', on: 'stop-requested', run: () => Promise.reject(new Error('x')) }],
  })
  const stop = (again: boolean): HookEvent => ({ type: 'stop-requested', lastText: '', again })
  expect((await hooks.run(stop(false), situationOf())).decision).toMatchObject({ type: 'deny' })
  expect((await hooks.run(stop(true), situationOf())).decision).toBeUndefined()
})

test('a guard that is cut short by an interrupt denies', async () => {
  const interrupt = new AbortController()
  const hooks = createHooks({
    hooks: [guard('slow', () => new Promise(() => interrupt.abort()))],
  })
  const { decision } = await hooks.run(toolRequested(), situationOf({ signal: interrupt.signal }))
  expect(decision).toMatchObject({ type: 'deny', reason: expect.stringContaining('interrupt') })
})

test('what a hook says is bounded, and shows its control characters', async () => {
  const hooks = saying({
    decision: { type: 'deny', reason: 'a\u001B[2Jb\u202Ec' },
    context: ['\u{1F600}'.repeat(40_000)],
  })
  const { decision, context } = await hooks.run(toolRequested(), situationOf())
  expect(decision).toEqual({ type: 'deny', reason: 'a\u241B[2Jb\uFFFDc' })
  expect(context?.[0]?.length).toBeLessThanOrEqual(50_000)
  expect(context?.[0]?.isWellFormed()).toBe(true)
})

test('outputs that two hooks replace in different ways are withheld', async () => {
  const output = (text: string): HookVerdict => ({ output: { content: [{ type: 'text', text }] } })
  const hooks = createHooks({
    hooks: ['without a', 'without b'].map((text) => ({
      name: text,
      on: 'tool-ended',
      run: () => output(text),
    })),
  })
  const said = await hooks.run(toolEnded('secret'), situationOf())
  expect(said.output?.content).toEqual([{ type: 'text', text: expect.stringContaining('withheld') }])
})

test('a verdict with a slip in it is a failure, not a verdict without it', async () => {
  const slips: readonly object[] = [
    { decison: deny },
    { input: { at: 1n } },
    { output: {} },
    { decision: null },
  ]
  for (const slip of slips) {
    const hooks = createHooks({ hooks: [guard('slips', () => slip)] })
    const { decision } = await hooks.run(toolRequested(), situationOf())
    expect(decision).toMatchObject({ type: 'deny', reason: expect.stringContaining('The hook slips failed') })
  }
})

test('whatever a matcher or a listener does, hooks never reject', async () => {
  const odd = createHooks({ hooks: [guard('odd', () => undefined, { tools: 7 as never })] })
  expect((await odd.run(toolRequested(), situationOf())).decision?.type).toBe('deny')
  const loud = createHooks({
    hooks: [guard('loud', () => ({ messages: ['hello'] }))],
    tell: () => {
      throw new Error('not now')
    },
  })
  expect(await loud.run(toolRequested(), situationOf())).toEqual({ messages: ['hello'] })
})

test('what one hook tells the model is bounded altogether', async () => {
  const hooks = saying({ context: ['a'.repeat(30_000), 'b'.repeat(30_000), 'c'] })
  const { context } = await hooks.run(toolRequested(), situationOf())
  expect(context?.map(({ length }) => length)).toEqual([30_000, 20_000])
})

test('hooks after a call are all told, whatever one of them objects to', async () => {
  const seen: string[] = []
  const hooks = createHooks({
    hooks: [
      { name: 'objects', on: 'tool-ended', run: () => ({ decision: deny }) },
      { name: 'watches', on: 'tool-ended', sequential: true, run: () => void seen.push('told') },
    ],
  })
  expect((await hooks.run(toolEnded(), situationOf())).decision).toEqual(deny)
  expect(seen).toEqual(['told'])
})
