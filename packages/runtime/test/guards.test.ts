import { memoryCheckpointer, readState } from '@keepup/checkpoint'
import type { AgentEvent, Entry, Guard, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { agentFold } from '@keepup/loop'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { createRuntime, type Runtime, type RuntimeParts } from '../src/index.ts'

/** Reads are allowed as long as nothing was burnt; a pruned past counts as one that burnt something. */
const noReadAfterBurning: Guard<{ readonly burnt: number; readonly entries: number }> = {
  fold: {
    id: 'burning',
    version: 1,
    initial: { burnt: 0, entries: 0 },
    apply: ({ burnt, entries }, { type, data }) => ({
      burnt: type === 'tool-finished' && (data as { tool: string }).tool === 'burn' ? burnt + 1 : burnt,
      entries: entries + 1,
    }),
  },
  rebase: () => ({ burnt: 1, entries: 0 }),
  decide({ burnt }, { tool }) {
    if (tool.name === 'look' && burnt > 0) return { type: 'deny', reason: `burnt ${burnt}` }
    return { type: 'allow', reasons: [{ rule: 'burning', text: 'nothing was burnt' }] }
  },
  findOrigins: ({ burnt }, { value }) =>
    value === 'known' ? [{ entry: burnt, pointer: '/x', label: trusted }] : [],
}
const trusted = { integrity: 'trusted', sources: [], readers: 'anyone', confidential: false } as const

const tool = (name: string): Tool => ({
  name,
  description: name,
  input: jsonSchema({ type: 'object' }),
  repeat: 'once',
  effects: () => [],
  run: async () => ({ content: [{ type: 'text', text: `${name} done` }] }),
})

function compose(steps: readonly object[], more: Partial<RuntimeParts> = {}): Runtime {
  return createRuntime({
    model: scriptedModel({ steps }),
    checkpointer: memoryCheckpointer(),
    tools: [tool('look'), tool('burn')],
    mode: 'yolo',
    guards: [noReadAfterBurning],
    ...more,
  })
}

async function run(runtime: Runtime, thread: string, input?: string): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of runtime.run(input === undefined ? { thread } : { thread, input }))
    events.push(event)
  return events
}

const outcomes = (events: readonly AgentEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'tool-finished' ? [event.data.outcome.type] : []))
const look = { calls: [{ name: 'look', input: {} }] }
/** A script goes on where the thread's messages are, so it holds what was played already. */
const done = { text: 'Done.' }
const burn = { calls: [{ name: 'burn', input: {} }] }

test('a guard decides by what happened before in the thread, and its reasons are recorded', async () => {
  const events = await run(compose([look, burn, look, done]), 't', 'Go.')
  expect(outcomes(events)).toEqual(['completed', 'completed', 'denied'])
  const begun = events.flatMap((event) => (event.type === 'tool-started' ? [event.data.reasons] : []))
  expect(begun).toEqual(Array.from({ length: 2 }, () => [{ rule: 'burning', text: 'nothing was burnt' }]))
})

test('what it knows outlives the process, and the same in a fork is what it was where that began', async () => {
  const checkpointer = memoryCheckpointer()
  const first = await run(compose([look, burn, done], { checkpointer }), 't', 'Go.')
  const burning = first.findIndex((event) => event.type === 'tool-started' && event.data.tool === 'burn')
  const before = first[burning - 1] as Entry
  const later = await run(compose([look, burn, done, look, done], { checkpointer }), 't', 'Again.')
  expect(outcomes(later)).toEqual(['denied'])
  const atLook = first.filter((event) => 'sequence' in event && event.sequence < before.sequence) as Entry[]
  const clean = atLook.findLast(({ type }) => type === 'tool-finished')?.sequence ?? 0
  await checkpointer.fork({ thread: 't', at: clean }, 'fork')
  expect(outcomes(await run(compose([look, look, done], { checkpointer }), 'fork', 'Look.'))).toEqual([
    'completed',
  ])
})

test('a rewind takes back what it knew, also in the middle of a run', async () => {
  const checkpointer = memoryCheckpointer()
  await run(compose([look, burn, done], { checkpointer }), 't', 'Go.')
  const rewind = { channel: 'control', type: 'rewind', time: 1, by: 'user' } as const
  await checkpointer.signal([{ id: 'r', thread: 't', ...rewind, data: { to: 1 } }], 'process')
  const events = await run(compose([look, done], { checkpointer }), 't', 'Look.')
  expect(outcomes(events)).toEqual(['completed'])
})

test('a snapshot of what it knew gives the same as the entries', async () => {
  const checkpointer = memoryCheckpointer()
  const parts = { checkpointer, snapshotAfter: 1 }
  await run(compose([burn, done], parts), 't', 'Go.')
  const stored = await checkpointer.read('t', { fold: { id: 'burning', version: 1 } })
  expect(stored.snapshot?.fold.id).toBe('burning')
  expect(outcomes(await run(compose([burn, done, look, done], parts), 't', 'Look.'))).toEqual(['denied'])
})

test('a pruned past is what the guard makes of it', async () => {
  const checkpointer = memoryCheckpointer()
  await run(compose([look, done], { checkpointer }), 't', 'Go.')
  const { state, view } = await readState(checkpointer, 't', agentFold)
  const { id, version } = agentFold
  const owner = { host: 'h', boot: 'b', process: 1, started: '', instance: 'pruner' }
  const lease = await checkpointer.lease('t', owner, 10_000)
  const stored = { through: view.head, fold: { id, version }, state: agentFold.save?.(state), time: 1 }
  await checkpointer.prune({ thread: 't', lease: lease.token, ...stored })
  await lease.release()
  expect(outcomes(await run(compose([look, done, look, done], { checkpointer }), 't', 'Look.'))).toEqual([
    'denied',
  ])
})

test('a guard that throws denies', async () => {
  const broken: Guard = {
    ...noReadAfterBurning,
    fold: { ...noReadAfterBurning.fold, id: 'broken' },
    decide() {
      throw new Error('no')
    },
  }
  const events = await run(compose([look, done], { guards: [broken] }), 't', 'Go.')
  const [ended] = events.flatMap((event) => (event.type === 'tool-finished' ? [event.data.outcome] : []))
  expect(ended).toMatchObject({ type: 'denied', reason: expect.stringContaining('"broken"') })
})

test('policies are told where a value stands', async () => {
  const seen: unknown[] = []
  const runtime = compose([{ calls: [{ name: 'look', input: { a: 'known', b: 'made up' } }] }, done], {
    policies: [
      (call) => {
        seen.push(call.arguments.map(({ pointer, origins }) => [pointer, origins.length]))
        return { type: 'allow' }
      },
    ],
  })
  await run(runtime, 't', 'Go.')
  expect(seen).toEqual([
    [
      ['/a', 1],
      ['/b', 0],
    ],
  ])
})
