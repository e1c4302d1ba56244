import assert from 'node:assert/strict'

import { collect, fails } from '../fails.ts'
import { check, type CheckpointerCheck, history, hold, note, required, rewound } from './scene.ts'

/** `read` and `log`. */
export const readChecks: readonly CheckpointerCheck[] = [
  check('read: a thread that does not exist reads as empty', async (scene) => {
    const view = await scene.checkpointer.read('nowhere')
    const { hash, ...rest } = view
    assert.match(hash, /^[0-9a-f]{64}$/)
    assert.deepEqual(rest, { thread: 'nowhere', head: 0, at: 0, inherited: 0, entries: [] })
    assert.deepEqual(await collect(scene.checkpointer.log('nowhere')), [])
    assert.deepEqual(await collect(scene.checkpointer.history('nowhere')), [])
  }),

  check('read: the effective history up to `at`, at any position', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread')
    await holder.append(1, 2, 3)
    await holder.append(4)
    await holder.append(5, 6)
    const { entries } = await checkpointer.read('thread')
    for (let at = 1; at <= 6; at++) {
      const view = await checkpointer.read('thread', { at })
      assert.deepEqual(view.entries, entries.slice(0, at))
      assert.deepEqual([view.at, view.head, view.hash], [at, 6, entries[at - 1]?.hash])
    }
    assert.deepEqual((await checkpointer.read('thread', { at: 0 })).entries, [])
    assert.equal(
      (await checkpointer.read('thread', { at: 0 })).hash,
      (await checkpointer.read('thread', { at: 0 })).hash,
    )
  }),

  check('read: a position that does not exist fails `checkpoint-unknown`', async (scene) => {
    await hold(scene, 'thread', 1, 2)
    for (const at of [3, -1, 1.5, Number.NaN, 1e12]) {
      await fails(scene.checkpointer.read('thread', { at }), 'checkpoint-unknown')
    }
    await fails(scene.checkpointer.read('nowhere', { at: 1 }), 'checkpoint-unknown')
  }),

  check(
    'read: a stored entry that is damaged fails `thread-damaged`, naming it',
    async (scene) => {
      const { checkpointer, store } = scene
      const holder = await hold(scene, 'thread', 'one', { long: 'x'.repeat(100) }, 'three')
      await required(store.damage, 'damage')('thread', 2)
      const error = await fails(checkpointer.read('thread'), 'thread-damaged')
      assert.match(`${error.message} ${JSON.stringify(error.details)}`, /thread\b.*\b2\b/s)
      await fails(collect(checkpointer.log('thread')), 'thread-damaged')
      assert.deepEqual(await history(checkpointer, 'thread', 1), ['one'], 'what lies before can be read')
      await holder.lease.release()
    },
    ['damage'],
  ),

  check('log: the physical history after a sequence, rewound entries included', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3)
    await holder.append(rewound(1))
    await holder.append(5)
    const all = await collect(checkpointer.log('thread'))
    assert.deepEqual(
      all.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5],
    )
    assert.deepEqual(
      all.map(({ data }) => data),
      [1, 2, 3, { to: 1 }, 5],
    )
    assert.deepEqual(await collect(checkpointer.log('thread', 3)), all.slice(3))
    assert.deepEqual(await collect(checkpointer.log('thread', 5)), [])
    assert.deepEqual(await collect(checkpointer.log('thread', 0)), all)
  }),

  check('log: a long history comes whole and in order, also while it grows', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread')
    await holder.append(...Array.from({ length: 1500 }, (_, index) => index))
    const seen: number[] = []
    for await (const entry of checkpointer.log('thread')) {
      seen.push(entry.sequence)
      if (seen.length === 10) await holder.append('grown')
    }
    assert.deepEqual(
      seen.slice(0, 1500),
      Array.from({ length: 1500 }, (_, index) => index + 1),
    )
    assert.ok(seen.length === 1500 || (seen.length === 1501 && seen[1500] === 1501))
  }),

  check('read: a reader that stops early disturbs nobody', async (scene) => {
    const holder = await hold(scene, 'thread', ...Array.from({ length: 20 }, (_, index) => index))
    assert.equal((await collect(scene.checkpointer.log('thread'), 3)).length, 3)
    assert.equal((await collect(scene.checkpointer.history('thread'), 3)).length, 3)
    await holder.append('on it goes')
    assert.equal((await scene.checkpointer.read('thread')).head, 21)
  }),

  check('read: a large entry and many in one commit come back', async (scene) => {
    const holder = await hold(scene, 'thread', { text: 'x'.repeat(3_000_000) })
    const checkpoint = await holder.append(...Array.from({ length: 3000 }, (_, index) => note(index)))
    assert.equal(checkpoint.sequence, 3001)
    const { entries } = await scene.checkpointer.read('thread')
    assert.equal(entries.length, 3001)
    assert.equal(entries[3000]?.data, 2999)
  }),
]
