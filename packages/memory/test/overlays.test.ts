import type { NewEntry } from '@keepup/core'
import { expect, it } from 'vitest'

import { createMemory, memoryReadEntry, overlayOrigin, threadMemory } from '../src/index.ts'
import { openInMemory } from './stores.ts'
import { append, note } from './thread-entries.ts'

const scope = { user: 'alice' }

it('forks a fork of a fork', async () => {
  const { checkpointer, index } = await openInMemory()
  const memory = createMemory({ checkpointer, index })
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea one' }])
  let thread = 'agent'
  await append(checkpointer, thread, note('begin'))
  for (const name of ['two', 'three', 'four']) {
    const own = await threadMemory(memory, checkpointer, thread, scope)
    await append(
      checkpointer,
      thread,
      memoryReadEntry({ scope: own.scope, at: (await memory.asOf(own.scope)).at }, 1),
    )
    const { head } = await checkpointer.read(thread)
    await checkpointer.fork({ thread, at: head }, name)
    thread = name
    const forked = await threadMemory(memory, checkpointer, name, scope)
    await memory.observe(forked.scope, [{ session: 's', origin: 'user', text: `tea ${name}` }])
  }
  const last = await threadMemory(memory, checkpointer, 'four', scope)
  const { evidence } = await memory.recall({ scopes: [last.scope], text: 'tea' })
  expect(evidence.map(({ text }) => text).toSorted()).toEqual(['tea four', 'tea one', 'tea three', 'tea two'])
})

it('believes no tool that says a thread had read the memory of somebody else', async () => {
  const { checkpointer, index } = await openInMemory()
  const memory = createMemory({ checkpointer, index })
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea of alice' }])
  await memory.observe({ user: 'bob' }, [{ session: 's', origin: 'user', text: 'tea of bob' }])
  const marks = [
    { scope: 'memory:user=bob', at: 1 },
    { scope: 'memory:user=bob~1~0123456789ab', at: 1 },
    { scope: 'agent', at: 1 },
    { scope: 'memory:user=alice', at: -1 },
    { scope: 'memory:user=alice', at: '1' },
    'memory:user=bob',
    null,
  ]
  const finished = marks.map((memoryRead): NewEntry => {
    const outcome = { type: 'completed', output: { content: [], structured: { memoryRead } } }
    return {
      ...note('x'),
      type: 'tool-finished',
      time: Date.now() + 60_000,
      data: { call: 'c', key: 'k', tool: 'recall', outcome },
    }
  })
  await append(checkpointer, 'agent', ...finished)
  await checkpointer.fork({ thread: 'agent', at: marks.length }, 'fork')
  const fork = await threadMemory(memory, checkpointer, 'fork', scope)
  expect(overlayOrigin(fork.scope)).toEqual({ base: 'memory:user=alice', at: 1 })
  const { evidence } = await memory.recall({ scopes: [fork.scope], text: 'tea' })
  expect(evidence.map(({ text }) => text)).toEqual(['tea of alice'])
})
