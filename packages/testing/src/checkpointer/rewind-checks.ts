import assert from 'node:assert/strict'

import { fails } from '../fails.ts'
import { check, type CheckpointerCheck, history, hold, rewound } from './scene.ts'

/** `thread-rewound`: what came after a position is hidden, and can be brought back. */
export const rewindChecks: readonly CheckpointerCheck[] = [
  check('rewind: hides what came after `to`, and history goes on from there', async (scene) => {
    const holder = await hold(scene, 'thread', 1, 2, 3, 4, 5)
    const before = await scene.checkpointer.read('thread')
    await holder.append(rewound(2))
    assert.deepEqual(await history(scene.checkpointer, 'thread'), [1, 2])
    await holder.append(7)
    await holder.append(8)
    const view = await scene.checkpointer.read('thread')
    assert.deepEqual(await history(scene.checkpointer, 'thread'), [1, 2, 7, 8])
    assert.equal(view.head, 8, 'the physical head')
    assert.notEqual(view.hash, before.hash)
  }),

  check('rewind: a position before it reads as it was', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3)
    const before = await checkpointer.read('thread')
    await holder.append(rewound(1))
    await holder.append(5)
    assert.deepEqual((await checkpointer.read('thread', { at: 3 })).entries, before.entries)
    assert.deepEqual(await history(checkpointer, 'thread', 2), [1, 2])
    assert.deepEqual(await history(checkpointer, 'thread', 4), [1])
    assert.deepEqual(await history(checkpointer, 'thread', 5), [1, 5])
  }),

  check('rewind: to what a rewind hid brings it back, and rewinds nest', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3, 4, 5)
    await holder.append(rewound(2))
    await holder.append(7)
    await holder.append(8)
    await holder.append(rewound(7))
    assert.deepEqual(await history(checkpointer, 'thread'), [1, 2, 7])
    await holder.append(rewound(4))
    assert.deepEqual(await history(checkpointer, 'thread'), [1, 2, 3, 4])
    await holder.append(11)
    await holder.append(rewound(8))
    assert.deepEqual(await history(checkpointer, 'thread'), [1, 2, 7, 8])
    await holder.append(rewound(11))
    assert.deepEqual(await history(checkpointer, 'thread'), [1, 2, 3, 4, 11])
    await holder.append(rewound(0))
    assert.deepEqual(await history(checkpointer, 'thread'), [])
    await holder.append('anew')
    assert.deepEqual(await history(checkpointer, 'thread'), ['anew'])
    assert.deepEqual(await history(checkpointer, 'thread', 9), [1, 2, 7], 'at every position as it was')
  }),

  check('rewind: several in one commit, and with entries around them', async (scene) => {
    const holder = await hold(scene, 'thread', 1, 2)
    await holder.append('3', rewound(1), '5', rewound(3), '7')
    assert.deepEqual(await history(scene.checkpointer, 'thread'), [1, 2, '3', '7'])
  }),

  check('rewind: to a position that does not exist is refused', async (scene) => {
    const holder = await hold(scene, 'thread', 1, 2)
    for (const to of [3, 99, -1, 0.5]) await fails(holder.append(rewound(to)))
    assert.equal((await scene.checkpointer.read('thread')).head, 2)
  }),

  check('inherited: entries up to here were written before the latest fork or rewind', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3)
    assert.equal((await checkpointer.read('thread')).inherited, 0, '0 for none')
    await holder.append(rewound(2))
    await holder.append(5)
    const view = await checkpointer.read('thread')
    assert.ok(view.inherited >= 2 && view.inherited < 5, `inherited is ${view.inherited}`)
    assert.equal(
      (await checkpointer.read('thread', { at: 3 })).inherited,
      0,
      'before the rewind there was none',
    )
    await checkpointer.fork({ thread: 'thread', at: 5 }, 'fork')
    assert.equal((await checkpointer.read('fork')).inherited, 5)
    const forked = await hold(scene, 'fork')
    await forked.append('own')
    assert.equal((await checkpointer.read('fork')).inherited, 5)
    await forked.append(rewound(1))
    await forked.append('after')
    const later = await checkpointer.read('fork')
    assert.ok(later.inherited >= 1 && later.inherited < 8, `inherited is ${later.inherited}`)
    assert.equal((await checkpointer.read('fork', { at: 6 })).inherited, 5)
  }),
]
