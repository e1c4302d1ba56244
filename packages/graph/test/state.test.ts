import { memoryCheckpointer, readState } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'

import {
  append,
  defineGraph,
  defineState,
  end,
  graphState,
  mergeById,
  messagesChannel,
  resumeGraph,
  stateFold,
  sum,
  union,
  updateChannels,
} from '../src/index.ts'
import { collect, scene } from './scene.ts'

const text = z.string()

describe('reducers', () => {
  test('append, merge by id, add, unite', () => {
    expect(append(['a'], ['b', 'c'])).toEqual(['a', 'b', 'c'])
    expect(
      mergeById(
        [
          { id: 1, is: 'a' },
          { id: 2, is: 'b' },
        ],
        [
          { id: 1, is: 'A' },
          { id: 3, is: 'c' },
        ],
      ),
    ).toEqual([
      { id: 1, is: 'A' },
      { id: 2, is: 'b' },
      { id: 3, is: 'c' },
    ])
    expect(sum(1, 2)).toBe(3)
    expect(union(new Set([1, 2]), new Set([2, 3]))).toEqual(new Set([1, 2, 3]))
  })

  test('a channel of messages takes messages, and says where something is none', async () => {
    const state = defineState({ channels: { messages: messagesChannel() } })
    const said = { role: 'user', content: [{ type: 'text', text: 'Hello' }] } as const
    const graph = defineGraph({ name: 'chat', state })
      .node('echo', ({ messages }) => ({ messages: messages.slice(-1) }))
      .entry('echo')
      .edge('echo', end)
      .build()
    const life = scene(graph)
    await life.start({ input: { messages: [said] } })
    expect((await life.state()).values.messages).toEqual([said, said])
    const wrong = life.start({ input: { messages: [{ role: 'robot', content: [] }] as never } })
    await expect(wrong).rejects.toMatchObject({ code: 'input-invalid', details: { channel: 'messages' } })
  })
})

describe('values', () => {
  test('that JSON cannot hold come back as they were, from the store and from a snapshot', async () => {
    const state = defineState({
      channels: {
        at: { schema: z.date(), initial: new Date(0) },
        seen: { schema: z.set(z.string()), reducer: union, initial: new Set<string>() },
        big: { schema: z.bigint(), reducer: (value, update) => value + update, initial: 0n },
        by: { schema: z.map(z.string(), z.number()), initial: new Map<string, number>() },
      },
    })
    const graph = defineGraph({ name: 'rich', state, steps: 9 })
      .node('a', ({ big }) => ({
        at: new Date(5),
        seen: new Set([`${big}`]),
        big: 2n ** 70n,
        by: new Map([['a', 1]]),
      }))
      .entry('a')
      .route('a', ['a', end], ({ seen }) => (seen.size < 3 ? 'a' : end))
      .build()
    const life = scene(graph)
    await life.start({ snapshotAfter: 2 })
    const { values } = await life.state()
    expectTypeOf(values.at).toEqualTypeOf<Date>()
    expect(values).toEqual({
      at: new Date(5),
      seen: new Set(['0', `${2n ** 70n}`, `${2n ** 71n}`]),
      big: 3n * 2n ** 70n,
      by: new Map([['a', 1]]),
    })
  })

  test('belong to the state: what a node changes afterwards changes nothing', async () => {
    const state = defineState({ channels: { list: { schema: z.array(text), initial: [] } } })
    const kept: string[] = ['a']
    const graph = defineGraph({ name: 'kept', state })
      .node('a', () => ({ list: kept }))
      .node('b', () => (kept.push('b'), {}))
      .entry('a')
      .edge('a', 'b')
      .edge('b', end)
      .build()
    const life = scene(graph)
    const events = await life.start()
    const shown = events.flatMap((event) => (event.type === 'state-changed' ? [event.values['list']] : []))
    expect(shown).toEqual([['a'], ['a']])
    expect((await life.state()).values.list).toEqual(['a'])
  })

  test('are what the schema makes of them', async () => {
    const state = defineState({ channels: { name: { schema: text.trim().toLowerCase(), initial: '' } } })
    const graph = defineGraph({ name: 'made', state })
      .node('a', () => ({}))
      .entry('a')
      .edge('a', end)
      .build()
    const life = scene(graph)
    await life.start({ input: { name: '  Ada ' } })
    expect((await life.state()).values.name).toBe('ada')
  })

  test('of the future of a thread are refused, and so are hostile names', async () => {
    expect(() => defineState({ channels: { 'a b': { schema: text, initial: '' } } })).toThrow(/a letter/)
    expect(() => defineState({ channels: { a: { schema: text, initial: '' } }, version: 0 })).toThrow(
      /integer from 1/,
    )
    const state = defineState({ channels: { a: { schema: text, initial: '' } } })
    const graph = defineGraph({ name: 'hostile', state })
      .node('a', () => JSON.parse('{ "__proto__": "x", "constructor": "y" }') as object)
      .entry('a')
      .edge('a', end)
      .build()
    const life = scene(graph)
    await life.start()
    expect((await life.state()).outcome).toMatchObject({
      failures: [{ kind: 'update-invalid', channel: '__proto__' }],
    })
  })
})

describe('another version of the state', () => {
  const old = defineState({ channels: { lines: { schema: z.array(text), reducer: append, initial: [] } } })
  const present = defineState({
    channels: {
      count: { schema: z.number(), reducer: sum, initial: 0 },
      text: { schema: z.array(text), reducer: append, initial: [] },
    },
    version: 2,
    // Lines are texts now, and counted.
    migrate: ({ lines }) => (Array.isArray(lines) ? { text: lines.map(String), count: lines.length } : {}),
  })
  const oldGraph = defineGraph({ name: 'moved', state: old, steps: 20 })
    .node('a', () => ({ lines: ['x'] }))
    .receive('wait', { signal: 'go', data: z.object({}), update: () => ({}) })
    .entry('a')
    .route('a', ['a', 'wait'], ({ lines }) => (lines.length < 6 ? 'a' : 'wait'))
    .edge('wait', end)
    .build()
  const newGraph = defineGraph({ name: 'moved', state: present, steps: 20 })
    .node('a', () => ({ text: ['new'], count: 1 }))
    .receive('wait', { signal: 'go', data: z.object({}), update: () => ({ text: ['went'], count: 1 }) })
    .entry('a')
    .edge('a', 'wait')
    .edge('wait', end)
    .build()

  test.each([0, 3])('goes on with older entries and snapshots (after %i entries)', async (snapshotAfter) => {
    const life = scene(oldGraph)
    await life.start({ snapshotAfter })
    const { checkpointer } = life
    expect((await graphState({ graph: newGraph, checkpointer, thread: 't' })).values).toEqual({
      count: 6,
      text: ['x', 'x', 'x', 'x', 'x', 'x'],
    })
    const signal = {
      id: 's',
      thread: 't',
      channel: 'signal:go',
      type: 'signal',
      time: 1,
      by: 'user',
      data: {},
    }
    await checkpointer.signal([signal], 'process')
    await collect(resumeGraph({ graph: newGraph, checkpointer, thread: 't' }))
    const { values, outcome } = await graphState({ graph: newGraph, checkpointer, thread: 't' })
    expect([values.count, values.text.at(-1), outcome]).toEqual([7, 'went', { type: 'completed' }])
    // The older program refuses what it does not know.
    await expect(life.state()).rejects.toMatchObject({ code: 'thread-too-new' })
  })

  test('a run that stands at a node that is gone says so', async () => {
    const life = scene(oldGraph)
    await life.start()
    const other = defineGraph({ name: 'moved', state: old })
      .node('b', () => ({}))
      .entry('b')
      .edge('b', end)
      .build()
    const resumed = collect(resumeGraph({ graph: other, checkpointer: life.checkpointer, thread: 't' }))
    await expect(resumed).rejects.toThrow(/stands at node wait/)
  })
})

describe('channels in any thread', () => {
  const state = defineState({ channels: { todo: { schema: z.array(text), reducer: append, initial: [] } } })

  test('are updated by entries that others pass over, and read by a fold of their own', async () => {
    const checkpointer = memoryCheckpointer()
    await updateChannels({ checkpointer, thread: 'agent', state, update: { todo: ['a'] } })
    await updateChannels({ checkpointer, thread: 'agent', state, update: { todo: ['b'] }, by: 'user' })
    const fold = stateFold(state, 'todo')
    expect((await readState(checkpointer, 'agent', fold)).state).toEqual({ todo: ['a', 'b'] })
    expect((await readState(checkpointer, 'agent', fold, 1)).state).toEqual({ todo: ['a'] })
    const wrong = updateChannels({ checkpointer, thread: 'agent', state, update: { todo: [5] as never } })
    await expect(wrong).rejects.toMatchObject({
      code: 'input-invalid',
      details: { channel: 'todo', pointer: '/0' },
    })
    const [entry] = (await checkpointer.read('agent')).entries
    expect(entry).toMatchObject({ type: 'channel-updated', critical: false })
  })
})

describe('a thread that is not what it should be', () => {
  const state = defineState({ channels: { a: { schema: text, initial: '' } } })
  const graph = defineGraph({ name: 'odd', state })
    .node('a', () => ({ a: 'done' }))
    .entry('a')
    .edge('a', end)
    .build()

  test('does not exist, or is another graph’s or an agent’s', async () => {
    const life = scene(graph)
    await expect(life.resume()).rejects.toMatchObject({ code: 'thread-unknown' })
    expect((await life.checkpointer.read('t')).head).toBe(0)
    const { token } = await life.checkpointer.lease('agent', owner, 60_000)
    const entry = { type: 'run-started', version: 1, critical: true, time: 1, by: 'runtime', data: {} }
    await life.checkpointer.commit({
      appends: [{ thread: 'agent', after: 0, lease: token, entries: [entry] }],
      flush: 'process',
    })
    await expect(life.start({ thread: 'agent' })).rejects.toSatisfy((error) =>
      KeepupError.is(error, 'thread-too-new'),
    )
  })

  test('has lost an entry that its run depends on', async () => {
    const life = scene(graph)
    await life.start()
    await life.checkpointer.erase({ thread: 't', entries: [2], forks: 'refuse' })
    await expect(life.resume()).rejects.toMatchObject({ code: 'thread-damaged' })
  })
})

const owner = { host: 'h', boot: '', process: 1, started: '', instance: 'x' }
