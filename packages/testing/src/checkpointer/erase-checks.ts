import assert from 'node:assert/strict'

import type { FoldRef } from '@keepup/core'

import { collect, fails } from '../fails.ts'
import { appearance, check, type CheckpointerCheck, history, hold, message, rewound, told } from './scene.ts'

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

  check(
    'erase: no state that was folded before is stored afterwards, by whoever holds the thread',
    async (scene) => {
      const { checkpointer } = scene
      const holder = await hold(scene, 'thread', 1, { secret: 'x' }, 3)
      const known = await checkpointer.read('thread')
      await checkpointer.erase({ thread: 'thread', entries: [2], forks: 'refuse' })
      const stale = { fold, at: 3, bytes, erasures: known.erasures ?? 0 }
      await fails(checkpointer.snapshot('thread', stale, holder.token), 'checkpoint-conflict')
      await fails(checkpointer.snapshot('thread', { fold, at: 3, bytes }), 'checkpoint-conflict')
      await holder.append('after it')
      await fails(checkpointer.snapshot('thread', { ...stale, at: 4 }, holder.token), 'checkpoint-conflict')
      const pruning = {
        thread: 'thread',
        lease: holder.token,
        through: 2,
        fold,
        state: 'old',
        time: scene.now(),
      }
      await fails(checkpointer.prune(pruning), 'checkpoint-conflict')
      // Before anything else that may be wrong with it, so that every backend gives one reason.
      await fails(checkpointer.prune({ ...pruning, through: 99 }), 'checkpoint-conflict')
      assert.equal((await checkpointer.read('thread', { fold })).snapshot, undefined)
      const anew = await checkpointer.read('thread')
      assert.deepEqual(told(anew.entries), [1, undefined, 3, 'after it'])
      const erasures = anew.erasures ?? 0
      await checkpointer.snapshot('thread', { fold, at: 3, bytes, erasures }, holder.token)
      assert.equal((await checkpointer.read('thread', { fold })).snapshot?.at, 3)
      await checkpointer.prune({ ...pruning, erasures })
      assert.equal((await checkpointer.read('thread')).head, 4)
    },
  ),

  check('erase: a fork of what was erased stores no state that was folded before, either', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'main', 1, { secret: 'x' }, 3)
    await checkpointer.fork({ thread: 'main', at: 3 }, 'fork')
    const fork = await hold(scene, 'fork', 'f4')
    await checkpointer.fork({ thread: 'fork', at: 4 }, 'second')
    await checkpointer.fork({ thread: 'main', at: 1 }, 'before')
    const second = await hold(scene, 'second', 's5')
    await checkpointer.erase({ thread: 'main', entries: [2], forks: 'cascade' })
    await fails(checkpointer.snapshot('fork', { fold, at: 4, bytes }, fork.token), 'checkpoint-conflict')
    await fails(checkpointer.snapshot('fork', { fold, at: 3, bytes }), 'checkpoint-conflict')
    await fails(checkpointer.snapshot('second', { fold, at: 5, bytes }, second.token), 'checkpoint-conflict')
    for (const thread of ['main', 'fork', 'second'])
      assert.equal((await checkpointer.read(thread, { fold })).snapshot, undefined)
    await checkpointer.snapshot('before', { fold, at: 1, bytes })
    const { snapshot } = await checkpointer.read('before', { fold })
    assert.equal(snapshot?.at, 1, 'what does not share it may store what it knows')
    const { erasures } = await checkpointer.read('fork')
    assert.ok(erasures !== undefined)
    await checkpointer.snapshot('fork', { fold, at: 4, bytes, erasures }, fork.token)
    assert.equal((await checkpointer.read('fork', { fold })).snapshot?.at, 4)
  }),

  check(
    'erase: while another process stores states all the time, none that was folded before is left',
    async (scene) => {
      const { checkpointer } = await scene.second()
      const holder = await hold(scene, 'thread')
      for (let round = 0; round < 6; round++) {
        const { sequence: at } = await holder.append({ secret: round })
        const { erasures = 0 } = await scene.checkpointer.read('thread')
        const stored = { fold, at, bytes, erasures }
        const outcomes = await Promise.allSettled([
          ...Array.from({ length: 4 }, () => checkpointer.snapshot('thread', stored, holder.token)),
          scene.checkpointer.erase({ thread: 'thread', entries: [at], forks: 'refuse' }),
          ...Array.from({ length: 4 }, () => checkpointer.snapshot('thread', stored, holder.token)),
        ])
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected')
            await fails(Promise.reject(outcome.reason), 'checkpoint-conflict')
        }
        const { snapshot } = await scene.checkpointer.read('thread', { fold })
        assert.ok(snapshot === undefined || snapshot.at < at, `round ${round} left what was erased`)
      }
    },
    ['second'],
  ),

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
