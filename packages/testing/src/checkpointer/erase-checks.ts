import assert from 'node:assert/strict'

import type { FoldRef } from '@keepup/core'

import { collect, fails } from '../fails.ts'
import { appearance, check, type CheckpointerCheck, history, hold, message, rewound } from './scene.ts'

const fold: FoldRef = { id: 'told', version: 1 }
const bytes = new TextEncoder().encode('[]')

/** `erase`. */
export const eraseChecks: readonly CheckpointerCheck[] = [
  check('erase: the whole thread with its signals and snapshots; the receipt says what', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3)
    await hold(scene, 'other', 'stays')
    await checkpointer.snapshot('thread', { fold, at: 2, bytes })
    await checkpointer.signal([message('thread', 'one'), message('thread', 'two')], 'process')
    const { hash } = await checkpointer.read('thread')
    await holder.lease.release()
    const receipt = await checkpointer.erase({ thread: 'thread', forks: 'refuse' })
    assert.deepEqual(receipt, { threads: ['thread'], entries: 3, signals: 2, snapshots: 1, hash })
    assert.deepEqual(await collect(checkpointer.log('thread')), [])
    assert.equal((await checkpointer.read('thread', { fold })).head, 0)
    assert.deepEqual(await checkpointer.pending('thread'), [])
    assert.deepEqual(
      (await collect(checkpointer.threads())).map(({ thread }) => thread),
      ['other'],
    )
    assert.deepEqual(await history(checkpointer, 'other'), ['stays'])
  }),

  check('erase: where forks depend on it, `refuse` fails with `thread-has-forks`', async (scene) => {
    const { checkpointer } = scene
    const main = await hold(scene, 'main', 1, 2, 3)
    await checkpointer.fork({ thread: 'main', at: 2 }, 'fork')
    await main.lease.release()
    const before = await appearance(checkpointer, 'main', 'fork')
    await fails(checkpointer.erase({ thread: 'main', forks: 'refuse' }), 'thread-has-forks')
    await fails(checkpointer.erase({ thread: 'main', entries: [1], forks: 'refuse' }), 'thread-has-forks')
    assert.deepEqual(await appearance(checkpointer, 'main', 'fork'), before)
    await checkpointer.erase({ thread: 'fork', forks: 'refuse' })
    assert.deepEqual(await history(checkpointer, 'main'), [1, 2, 3])
    await checkpointer.erase({ thread: 'main', forks: 'refuse' })
    assert.deepEqual(await collect(checkpointer.threads()), [])
  }),

  check('erase: `cascade` erases the forks as well', async (scene) => {
    const { checkpointer } = scene
    const holders = [await hold(scene, 'main', 1, 2)]
    await checkpointer.fork({ thread: 'main', at: 1 }, 'fork')
    holders.push(await hold(scene, 'fork', 'f2', 'f3'))
    await checkpointer.fork({ thread: 'fork', at: 2 }, 'second')
    holders.push(await hold(scene, 'second', 's3'), await hold(scene, 'other', 'stays'))
    await checkpointer.signal([message('second', 'waiting')], 'process')
    for (const { lease } of holders) await lease.release()
    const receipt = await checkpointer.erase({ thread: 'main', forks: 'cascade' })
    assert.deepEqual([...receipt.threads].toSorted(), ['fork', 'main', 'second'])
    assert.deepEqual([receipt.entries, receipt.signals], [5, 1])
    assert.deepEqual(
      (await collect(checkpointer.threads())).map(({ thread }) => thread),
      ['other'],
    )
    assert.deepEqual(await checkpointer.pending('second'), [])
  }),

  check('erase: only the data and salts of entries: the chain stays and shows `erased`', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, { secret: 'x' }, 3)
    const before = await checkpointer.read('thread')
    await checkpointer.snapshot('thread', { fold, at: 1, bytes })
    await checkpointer.snapshot('thread', { fold, at: 3, bytes })
    await holder.lease.release()
    const receipt = await checkpointer.erase({ thread: 'thread', entries: [2], forks: 'refuse' })
    assert.deepEqual([receipt.threads, receipt.entries, receipt.hash], [['thread'], 1, before.hash])
    const after = await checkpointer.read('thread')
    assert.deepEqual(
      after.entries.map(({ hash }) => hash),
      before.entries.map(({ hash }) => hash),
    )
    assert.deepEqual(
      after.entries.map(({ erased }) => erased),
      [undefined, true, undefined],
    )
    assert.deepEqual(
      after.entries.map(({ data }) => data),
      [1, undefined, 3],
    )
    assert.equal(after.entries[1]?.salt, '')
    assert.match(after.entries[1]?.dataHash ?? '', /^[0-9a-f]{64}$/)
    assert.equal(after.entries[1]?.type, 'note-taken', 'the header stays')
    assert.deepEqual(
      (await collect(checkpointer.log('thread'))).map(({ erased }) => erased),
      [undefined, true, undefined],
    )
    const { snapshot } = await checkpointer.read('thread', { fold })
    assert.ok(snapshot === undefined || snapshot.at < 2, 'a snapshot that held it is gone')
    await (await hold(scene, 'thread')).append('goes on')
    assert.deepEqual(await history(checkpointer, 'thread'), [1, undefined, 3, 'goes on'])
  }),

  check('erase: a rewound entry can be erased like any other', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 'hidden')
    await holder.append(rewound(1))
    await holder.lease.release()
    await checkpointer.erase({ thread: 'thread', entries: [2], forks: 'refuse' })
    assert.deepEqual(
      (await collect(checkpointer.log('thread'))).map(({ data }) => data),
      [1, undefined, { to: 1 }],
    )
    assert.deepEqual(await history(checkpointer, 'thread'), [1])
  }),
]
