import { afterEach, beforeEach, expect, test } from 'vitest'

import { newestOf, step, valuesAt } from './steps.ts'
import { newSaver, type OpenSaver } from './stores.ts'

let open: OpenSaver

beforeEach(async () => {
  open = await newSaver({ idle: 5, patience: 2_000 })
})
afterEach(() => open.close())

test('a checkpoint that is run again keeps its own state beside its sibling with the same versions', async () => {
  const { saver } = open
  const start = await step(saver, newestOf('t'), { log: ['n1'] }, 1)
  const first = await step(saver, start, { log: ['n1', 'n2-A'], tag: 'A' }, 2)
  await saver.getTuple(start)
  const second = await step(saver, start, { log: ['n1', 'n2-B'], tag: 'B' }, 2)
  const other = await open.second()
  for (const reader of [saver, other.saver]) {
    expect(await valuesAt(reader, first)).toEqual({ log: ['n1', 'n2-A'], tag: 'A' })
    expect(await valuesAt(reader, second)).toEqual({ log: ['n1', 'n2-B'], tag: 'B' })
    expect(await valuesAt(reader, newestOf('t'))).toEqual({ log: ['n1', 'n2-B'], tag: 'B' })
  }
  await other.close()
})

test('two changes by hand of one checkpoint read each its own write of a delta channel', async () => {
  const { saver } = open
  const start = await step(saver, newestOf('t'), { other: 1 }, 1)
  const branches = []
  for (const side of ['LEFT', 'RIGHT']) {
    await saver.getTuple(start)
    // LangGraph gives both the same task id, as it makes it of the checkpoint's.
    await saver.putWrites(start, [['log', side]], 'task')
    branches.push(await step(saver, start, {}, 2))
  }
  const other = await open.second()
  for (const reader of [saver, other.saver]) {
    const histories = await Promise.all(
      branches.map((config) => reader.getDeltaChannelHistory({ config, channels: ['log'] })),
    )
    expect(histories).toEqual([
      { log: { writes: [['task', 'log', 'LEFT']] } },
      { log: { writes: [['task', 'log', 'RIGHT']] } },
    ])
  }
  await other.close()
})

test('what a task wrote is kept once, however often it is sent before the next checkpoint', async () => {
  const { saver } = open
  const start = await step(saver, newestOf('t'), { log: [] })
  await saver.putWrites(start, [['log', 'first']], 'task')
  await saver.putWrites(start, [['log', 'second']], 'task')
  expect((await saver.getTuple(start))?.pendingWrites).toEqual([['task', 'log', 'first']])
})

test('writes that come before their checkpoint are there once it comes', async () => {
  const { saver } = open
  const place = {
    configurable: {
      thread_id: 't',
      checkpoint_ns: '',
      checkpoint_id: '1ef00000-0000-6000-8000-000000000001',
    },
  }
  await saver.putWrites(place, [['log', 'early']], 'task')
  expect(await saver.getTuple(place)).toBeUndefined()
  const put = await step(saver, newestOf('t'), { log: [] })
  expect((await saver.getTuple(put))?.pendingWrites).toEqual([])
})

test('lists, objects and channels that shrink, change in the middle or go away are given back as they were at each step', async () => {
  const { saver } = open
  const states = [
    { log: [1, 2, 3], files: { a: 'x', b: 'y' }, once: true },
    { log: [1, 2, 3, 4], files: { a: 'x', b: 'z', c: { d: 1 } } },
    { log: [1, 9], files: { c: { d: 1, e: [2] }, a: 'x' } },
    { log: [], files: {} },
    { log: [{ '@': ['url', 'x'], $date: 5, '@@a': 1, ['__proto__']: 2 }], files: { '@': 1, '': 2 } },
    { log: 'no list', files: [1] },
  ]
  let parent = newestOf('t')
  const configs = []
  for (const [at, state] of states.entries())
    configs.push((parent = await step(saver, parent, state, at + 1)))
  const other = await open.second()
  for (const [at, state] of states.entries()) {
    expect(await valuesAt(saver, configs[at] ?? parent)).toStrictEqual(state)
    expect(await valuesAt(other.saver, configs[at] ?? parent)).toStrictEqual(state)
  }
  await other.close()
})

test('a message that was changed in place is stored as it is, and the checkpoint before as it was', async () => {
  const { saver } = open
  const message = { role: 'user', content: 'before', extra: { n: 1 } }
  const first = await step(saver, newestOf('t'), { messages: [message] }, 1)
  message.content = 'after'
  Object.assign(message.extra, { added: true })
  const second = await step(
    saver,
    first,
    { messages: [message, { role: 'assistant', content: 'b', extra: { n: 2 } }] },
    2,
  )
  expect(await valuesAt(saver, first)).toEqual({
    messages: [{ role: 'user', content: 'before', extra: { n: 1 } }],
  })
  const { messages } = await valuesAt(saver, second)
  expect(messages).toEqual([message, { role: 'assistant', content: 'b', extra: { n: 2 } }])
  // What was given back is the caller's own.
  if (Array.isArray(messages)) messages.length = 0
  expect((await valuesAt(saver, second))['messages']).toHaveLength(2)
})

test('deleting a thread leaves nothing of it and everything of others, and its name can be used again', async () => {
  const { saver } = open
  await step(saver, newestOf('t'), { log: ['old'] })
  const kept = await step(saver, newestOf('u'), { log: ['kept'] })
  const other = await open.second()
  expect(await valuesAt(other.saver, newestOf('t'))).toEqual({ log: ['old'] })
  await saver.deleteThread('t')
  await saver.deleteThread('was never there')
  expect(await saver.getTuple(newestOf('t'))).toBeUndefined()
  expect(await other.saver.getTuple(newestOf('t'))).toBeUndefined()
  await step(saver, newestOf('t'), { log: ['new'] })
  expect(await valuesAt(other.saver, newestOf('t'))).toEqual({ log: ['new'] })
  expect(await valuesAt(other.saver, kept)).toEqual({ log: ['kept'] })
  await other.close()
})
