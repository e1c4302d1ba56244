import assert from 'node:assert/strict'

import type { Checkpointer, NewEntry } from '@keepup/core'

import { collect, fails } from '../fails.ts'
import { check, type CheckpointerCheck, history, hold, note, type Scene } from './scene.ts'

/** Threads with many writers. */
export const writersChecks: readonly CheckpointerCheck[] = [
  check("writers: `many` takes appends `after: 'head'` without a lease", async (scene) => {
    await createMany(scene, 'memory')
    await addTo(scene.checkpointer, 'memory', note('two'))
    await addTo(scene.checkpointer, 'memory', note('three'), note('four'))
    assert.deepEqual(await history(scene.checkpointer, 'memory'), ['one', 'two', 'three', 'four'])
    const [summary] = await collect(scene.checkpointer.threads())
    assert.equal(summary?.writers, 'many')
  }),

  check('writers: concurrent ones are all kept, in one order', async (scene) => {
    await createMany(scene, 'memory')
    const facts = Array.from({ length: 30 }, (_, index) => index)
    const made = await Promise.all(facts.map((fact) => addTo(scene.checkpointer, 'memory', note(fact))))
    const { entries } = await scene.checkpointer.read('memory')
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [1, ...facts.map((fact) => fact + 2)],
    )
    assert.equal(new Set(entries.map(({ data }) => data)).size, 31)
    for (const [fact, checkpoint] of made.entries())
      assert.equal(entries[(checkpoint?.sequence ?? 0) - 1]?.data, fact)
  }),

  check('writers: the same id twice is one entry', async (scene) => {
    const { checkpointer } = scene
    await createMany(scene, 'memory')
    await addTo(checkpointer, 'memory', note('fact', { id: 'fact-1' }))
    const again = await addTo(checkpointer, 'memory', note('fact', { id: 'fact-1' }))
    assert.deepEqual(again?.entries, [], 'empty where every one was a known id')
    assert.equal(again?.sequence, 2)
    assert.equal(again?.hash, (await checkpointer.read('memory')).hash)
    const partly = await addTo(
      checkpointer,
      'memory',
      note('fact', { id: 'fact-1' }),
      note('new', { id: 'fact-2' }),
      note('new', { id: 'fact-2' }),
    )
    assert.deepEqual(
      partly?.entries.map(({ data }) => data),
      ['new'],
    )
    assert.deepEqual(await history(checkpointer, 'memory'), ['one', 'fact', 'new'])
    await Promise.all([1, 2, 3].map(() => addTo(checkpointer, 'memory', note('raced', { id: 'fact-3' }))))
    assert.deepEqual(await history(checkpointer, 'memory'), ['one', 'fact', 'new', 'raced'])
    const { entries } = await checkpointer.read('memory')
    assert.equal(entries[1]?.id, 'fact-1')
  }),

  check('writers: an id is known in its thread only', async (scene) => {
    await createMany(scene, 'a')
    await createMany(scene, 'b')
    await addTo(scene.checkpointer, 'a', note('fact', { id: 'fact-1' }))
    await addTo(scene.checkpointer, 'b', note('fact', { id: 'fact-1' }))
    assert.deepEqual(await history(scene.checkpointer, 'b'), ['one', 'fact'])
  }),

  check(
    'writers: a lease does not stop them, and its holder sees their entries as a conflict',
    async (scene) => {
      await createMany(scene, 'memory')
      const consolidation = await hold(scene, 'memory')
      await addTo(scene.checkpointer, 'memory', note('between'))
      await fails(consolidation.append('merged'), 'checkpoint-conflict')
      assert.deepEqual(await history(scene.checkpointer, 'memory'), ['one', 'between'])
    },
  ),

  check("writers: a thread with one refuses `after: 'head'` without a lease", async (scene) => {
    const holder = await hold(scene, 'thread', 'one')
    await fails(addTo(scene.checkpointer, 'thread', note('x')), 'lease-lost')
    await holder.lease.release()
    await fails(addTo(scene.checkpointer, 'thread', note('x')), 'lease-lost')
    assert.deepEqual(await history(scene.checkpointer, 'thread'), ['one'])
  }),

  check('writers: the kind of a thread that exists never changes', async (scene) => {
    const holder = await hold(scene, 'thread', 'one')
    try {
      await holder.commit([note('two')], { writers: 'many' })
    } catch {
      // Refusing it is as good as ignoring it.
    }
    const [summary] = await collect(scene.checkpointer.threads())
    assert.equal(summary?.writers, 'one')
    await fails(addTo(scene.checkpointer, 'thread', note('x')), 'lease-lost')
  }),
]

async function createMany(scene: Scene, thread: string): Promise<void> {
  const holder = await hold(scene, thread)
  await holder.commit([note('one')], { writers: 'many' })
  await holder.lease.release()
}

async function addTo(checkpointer: Checkpointer, thread: string, ...entries: NewEntry[]) {
  const [checkpoint] = await checkpointer.commit({
    appends: [{ thread, after: 'head', entries }],
    flush: 'process',
  })
  return checkpoint
}
