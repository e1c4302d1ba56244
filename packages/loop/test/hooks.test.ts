import type { HookEvent, HookEventType, Hooks, HookVerdict } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { describe, expect, test } from 'vitest'

import { collect, completed, dataOf, harness, outcomeOf, types } from './harness.ts'
import { witnessed } from './message-rules.ts'

const look = { name: 'look', input: {} }

type Saying = HookVerdict | ((event: HookEvent) => HookVerdict | Promise<HookVerdict>)

function hooksOf(sayings: Partial<Record<HookEventType, Saying>>) {
  const told: HookEvent[] = []
  const hooks: Hooks = {
    listens: (type) => type in sayings,
    async run(event) {
      told.push(event)
      const saying = sayings[event.type]
      return (typeof saying === 'function' ? saying(event) : saying) ?? {}
    },
  }
  return { hooks, told, moments: () => told.map(({ type }) => type) }
}

function agent(
  sayings: Partial<Record<HookEventType, Saying>>,
  steps: readonly object[] = [{ calls: [look] }, { text: 'done', repeat: true }],
) {
  const witness = witnessed(scriptedModel({ steps }))
  const { hooks, told, moments } = hooksOf(sayings)
  const tools = { look: { run: () => completed('a view') } }
  return { ...harness({ model: witness.model, tools, hooks }), witness, told, moments }
}

const deny = (reason: string): HookVerdict => ({ decision: { type: 'deny', reason } })

test('every moment of a run is told, in order', async () => {
  const all: readonly HookEventType[] = [
    'session-started',
    'prompt-submitted',
    'model-requested',
    'model-answered',
    'stop-requested',
    'session-ended',
  ]
  const { run, told, moments } = agent(Object.fromEntries(all.map((type) => [type, {}])))
  const events = await collect(run, { input: 'Go' })
  expect(moments()).toEqual([
    'session-started',
    'prompt-submitted',
    'model-requested',
    'model-answered',
    'model-requested',
    'model-answered',
    'stop-requested',
    'session-ended',
  ])
  expect(told[1]).toMatchObject({ prompt: 'Go' })
  expect(told[2]).toMatchObject({ turn: 1 })
  expect(told.at(-1)).toMatchObject({ reason: 'completed' })
  // Hooks that say nothing leave no trace.
  expect(types(events)).not.toContain('hook-reported')
})

test('what a hook adds is shown to the model as free text, also between a call and its result', async () => {
  const { run, witness, checkpointer } = agent({
    'session-started': { context: ['The house rule: be kind.'] },
    'model-answered': { context: ['Noted.'] },
  })
  await collect(run, { input: 'Go' })
  expect(witness.faults).toEqual([])
  expect(witness.requests[0]?.messages.join('\n')).toContain('The house rule: be kind.')
  expect(witness.requests[1]?.messages.at(-1)).toContain('Noted.')
  const entries = []
  for await (const entry of checkpointer.log('t')) entries.push(entry)
  const reported = entries.find(({ type }) => type === 'hook-reported')
  expect(reported?.labels?.default).toMatchObject({ integrity: 'free-text', sources: ['hook'] })
})

test('a prompt that a hook refuses is never shown to the model, in no later run either', async () => {
  const { run, witness } = agent({
    'prompt-submitted': (event) =>
      event.type === 'prompt-submitted' && event.prompt.includes('secret') ? deny('no secrets') : {},
  })
  const refused = await collect(run, { input: 'my secret is 42' })
  expect(outcomeOf(refused)).toMatchObject({ outcome: { type: 'stopped', reason: 'no secrets' } })
  expect(witness.requests).toEqual([])
  const later = await collect(run, { input: 'Go' })
  expect(outcomeOf(later)).toMatchObject({ outcome: { type: 'completed' } })
  expect(JSON.stringify(witness.requests)).not.toContain('secret')
  expect(witness.faults).toEqual([])
})

test('a hook that refuses a call of the model ends the run without one', async () => {
  const { run, witness } = agent({
    'model-requested': (event) => (event.type === 'model-requested' && event.turn > 1 ? deny('enough') : {}),
  })
  const events = await collect(run, { input: 'Go' })
  expect(witness.requests).toHaveLength(1)
  expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'stopped', reason: 'enough' }, turns: 1 })
})

test('stop after an answer: what the model asked for is not begun', async () => {
  const { run } = agent({ 'model-answered': { stop: 'I saw enough' } })
  const events = await collect(run, { input: 'Go' })
  expect(types(events)).not.toContain('tool-started')
  expect(dataOf(events, 'tool-finished')).toHaveLength(1)
  expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'stopped', reason: 'I saw enough' } })
})

test('a hook that does not let the agent stop tells it what to do next, and knows that it did', async () => {
  let refusals = 0
  const { run, told, witness } = agent(
    { 'stop-requested': () => (refusals++ < 2 ? deny('The tests still fail.') : {}) },
    [{ text: 'done' }, { text: 'now?' }, { text: 'really done' }],
  )
  const events = await collect(run, { input: 'Go' })
  expect(told).toMatchObject([{ again: false }, { again: true }, { again: true, lastText: 'really done' }])
  expect(witness.requests[1]?.messages.at(-1)).toContain('The tests still fail.')
  expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'completed' }, text: 'really done' })
})

test('an agent that is never let go still ends at its limit, with an answer', async () => {
  const { run, parts } = agent({ 'stop-requested': deny('more') }, [{ text: 'done', repeat: true }])
  expect(parts.limits.turns).toBe(50)
  const events = await collect(run, { input: 'Go', limits: { turns: 4 } })
  expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'limit-reached', limit: 'turns' } })
})

test('hooks that reject deny', async () => {
  const { run } = agent({
    'model-requested': () => {
      throw new Error('broken hook')
    },
  })
  const events = await collect(run, { input: 'Go' })
  expect(outcomeOf(events)).toMatchObject({
    outcome: { type: 'stopped', reason: expect.stringContaining('broken hook') },
  })
})

describe('a tool call that a hook stopped', () => {
  test('ends the run there, and nothing after it begins', async () => {
    const { run, parts } = agent({}, [{ calls: [look, look] }, { text: 'done' }])
    const { tools } = parts
    const stopping: typeof tools = {
      definitions: (policy) => tools.definitions(policy),
      async prepare(call, situation) {
        const prepared = await tools.prepare(call, situation)
        if (prepared.type !== 'ready') return prepared
        return {
          ...prepared,
          repeat: 'once',
          run: async (context) => ({ ...(await prepared.run(context)), stop: 'a hook said so' }),
        }
      },
    }
    const { createOrchestrator } = await import('../src/index.ts')
    const events = await collect(createOrchestrator({ ...parts, tools: stopping }), { input: 'Go' })
    expect(run).toBeTypeOf('function')
    expect(dataOf(events, 'tool-started')).toHaveLength(1)
    expect(dataOf(events, 'tool-finished').map(({ outcome }) => outcome.type)).toEqual([
      'completed',
      'failed',
    ])
    expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'stopped', reason: 'a hook said so' } })
  })
})

test('a run that is interrupted while a hook is at work ends, and the interrupt comes first', async () => {
  const abort = new AbortController()
  const { run } = agent({
    'model-requested': async () => {
      abort.abort(new Error('ctrl-c'))
      await new Promise((resolve) => setTimeout(resolve, 20))
      return { context: ['late'] }
    },
  })
  const events = await collect(run, { input: 'Go', signal: abort.signal })
  expect(outcomeOf(events)).toMatchObject({ outcome: { type: 'interrupted' } })
})

test('a refused compaction changes nothing; an allowed one is told of afterwards', async () => {
  const summary = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'summary' }] }]
  const entry = { type: 'context-compacted', version: 1, critical: true, time: 0, by: 'runtime' }
  for (const refused of [true, false]) {
    const { hooks, moments } = hooksOf({
      'compaction-requested': refused ? deny('keep it') : {},
      'compaction-ended': {},
    })
    const { run } = harness({
      model: scriptedModel({ steps: [{ calls: [look] }, { text: 'done' }], contextWindow: 20_000 }),
      tools: { look: { run: () => completed('a view') } },
      hooks,
      contextPolicy: async ({ messages }) =>
        messages.length === 3 ? [{ ...entry, data: { replaced: 1, by: summary } }] : [],
    })
    const events = await collect(run, { input: 'Go' })
    expect(dataOf(events, 'context-compacted')).toHaveLength(refused ? 0 : 1)
    expect(moments()).toEqual(
      refused ? ['compaction-requested'] : ['compaction-requested', 'compaction-ended'],
    )
  }
})
