import assert from 'node:assert/strict'

import { collect, fails } from '../fails.ts'
import { check, type CheckpointerCheck, history, hold, message, rewound, stranger } from './scene.ts'

/** `fork`: one past, two futures. */
export const forkChecks: readonly CheckpointerCheck[] = [
  check("fork: makes a thread whose past is another's, and its first own entry follows", async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'main', 1, 2, 3)
    const origin = await checkpointer.read('main', { at: 2 })
    await checkpointer.fork({ thread: 'main', at: 2 }, 'fork')
    const view = await checkpointer.read('fork')
    assert.deepEqual(view.entries, origin.entries)
    assert.deepEqual([view.thread, view.head, view.at, view.hash], ['fork', 2, 2, origin.hash])
    assert.deepEqual(view.origin, { thread: 'main', at: 2 })
    const checkpoint = await (await hold(scene, 'fork')).append('own')
    assert.equal(checkpoint.sequence, 3)
    assert.deepEqual(await history(checkpointer, 'fork'), [1, 2, 'own'])
    assert.deepEqual(await history(checkpointer, 'fork', 1), [1], 'any position of the past can be read')
  }),

  check('fork: later entries of either are unseen by the other', async (scene) => {
    const { checkpointer } = scene
    const main = await hold(scene, 'main', 1, 2)
    await checkpointer.fork({ thread: 'main', at: 2 }, 'left')
    await checkpointer.fork({ thread: 'main', at: 2 }, 'right')
    const left = await hold(scene, 'left', 'left 3')
    await main.append('main 3')
    const right = await hold(scene, 'right', 'right 3')
    await left.append('left 4')
    await main.append('main 4')
    await right.append('right 4')
    assert.deepEqual(await history(checkpointer, 'main'), [1, 2, 'main 3', 'main 4'])
    assert.deepEqual(await history(checkpointer, 'left'), [1, 2, 'left 3', 'left 4'])
    assert.deepEqual(await history(checkpointer, 'right'), [1, 2, 'right 3', 'right 4'])
    const heads = await Promise.all(
      ['main', 'left', 'right'].map(async (thread) => (await checkpointer.read(thread)).hash),
    )
    assert.equal(new Set(heads).size, 3)
  }),

  check('fork: copies no entry', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'main', 1, 2, 3)
    await checkpointer.fork({ thread: 'main', at: 3 }, 'fork')
    assert.deepEqual(await collect(checkpointer.log('fork')), [])
    assert.deepEqual(await collect(checkpointer.history('fork')), [])
    const fork = await hold(scene, 'fork', 'own')
    assert.deepEqual(
      (await collect(checkpointer.log('fork'))).map(({ sequence }) => sequence),
      [4],
    )
    await fork.lease.release()
    const receipt = await checkpointer.erase({ thread: 'fork', forks: 'refuse' })
    assert.equal(receipt.entries, 1)
    assert.deepEqual(await history(checkpointer, 'main'), [1, 2, 3], 'and owns none of its origin')
  }),

  check('fork: of a fork, above and below its own origin', async (scene) => {
    const { checkpointer } = scene
    const main = await hold(scene, 'main', 1, 2, 3)
    await checkpointer.fork({ thread: 'main', at: 3 }, 'child')
    const child = await hold(scene, 'child', 'c4', 'c5')
    await checkpointer.fork({ thread: 'child', at: 4 }, 'grandchild')
    await checkpointer.fork({ thread: 'child', at: 2 }, 'nephew')
    await main.append('m4')
    await child.append('c6')
    await hold(scene, 'grandchild', 'g5')
    await hold(scene, 'nephew', 'n3')
    assert.deepEqual(await history(checkpointer, 'grandchild'), [1, 2, 3, 'c4', 'g5'])
    assert.deepEqual(await history(checkpointer, 'nephew'), [1, 2, 'n3'])
    await checkpointer.fork({ thread: 'grandchild', at: 5 }, 'great')
    assert.deepEqual(await history(checkpointer, 'great', 4), [1, 2, 3, 'c4'])
    assert.deepEqual(await history(checkpointer, 'child'), [1, 2, 3, 'c4', 'c5', 'c6'])
  }),

  check('fork: before, inside and after a rewind', async (scene) => {
    const { checkpointer } = scene
    const main = await hold(scene, 'main', 1, 2, 3, 4)
    await checkpointer.fork({ thread: 'main', at: 4 }, 'early')
    await main.append(rewound(2))
    await main.append(6)
    await checkpointer.fork({ thread: 'main', at: 3 }, 'hidden')
    await checkpointer.fork({ thread: 'main', at: 6 }, 'late')
    assert.deepEqual(await history(checkpointer, 'early'), [1, 2, 3, 4], 'a later rewind is unseen')
    assert.deepEqual(await history(checkpointer, 'hidden'), [1, 2, 3], 'what is hidden now was there then')
    assert.deepEqual(await history(checkpointer, 'late'), [1, 2, 6])
    const late = await hold(scene, 'late', 7)
    await late.append(rewound(4))
    assert.deepEqual(await history(checkpointer, 'late'), [1, 2, 3, 4], 'a fork can go back into its past')
    const early = await hold(scene, 'early', 5)
    await early.append(rewound(1))
    await early.append(7)
    assert.deepEqual(await history(checkpointer, 'early'), [1, 7])
    assert.deepEqual(await history(checkpointer, 'main'), [1, 2, 6])
  }),

  check('fork: pending signals are not inherited, nor is the lease', async (scene) => {
    const { checkpointer, ttl } = scene
    await hold(scene, 'main', 1)
    await checkpointer.signal([message('main', 'waiting')], 'process')
    await checkpointer.fork({ thread: 'main', at: 1 }, 'fork')
    assert.deepEqual(await checkpointer.pending('fork'), [])
    await checkpointer.lease('fork', stranger('another'), ttl)
    await fails(checkpointer.lease('main', stranger('another'), ttl), 'lease-held')
  }),

  check('fork: fails `thread-unknown`, `checkpoint-unknown` or `thread-exists`', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'main', 1, 2)
    await hold(scene, 'taken', 1)
    await fails(checkpointer.fork({ thread: 'nowhere', at: 1 }, 'fork'), 'thread-unknown')
    await fails(checkpointer.fork({ thread: 'main', at: 3 }, 'fork'), 'checkpoint-unknown')
    await fails(checkpointer.fork({ thread: 'main', at: -1 }, 'fork'), 'checkpoint-unknown')
    await fails(checkpointer.fork({ thread: 'main', at: 1 }, 'taken'), 'thread-exists')
    await fails(checkpointer.fork({ thread: 'main', at: 1 }, 'main'), 'thread-exists')
    assert.equal((await checkpointer.read('fork')).head, 0)
    await checkpointer.fork({ thread: 'main', at: 1 }, 'fork')
    await fails(checkpointer.fork({ thread: 'main', at: 2 }, 'fork'), 'thread-exists')
    assert.deepEqual(await history(checkpointer, 'fork'), [1])
    assert.deepEqual(await history(checkpointer, 'taken'), [1])
  }),

  check('fork: is listed with its origin', async (scene) => {
    await hold(scene, 'main', 1)
    await scene.checkpointer.fork({ thread: 'main', at: 1 }, 'fork')
    const found = (await collect(scene.checkpointer.threads())).find(({ thread }) => thread === 'fork')
    assert.deepEqual(found?.origin, { thread: 'main', at: 1 })
    assert.equal(found?.head, 1)
  }),
]
