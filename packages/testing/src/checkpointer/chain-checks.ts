import assert from 'node:assert/strict'

import type { Hash, ThreadId } from '@keepup/core'

import { collect, fails } from '../fails.ts'
import { check, type CheckpointerCheck, hold, note, required, rewound, type Scene } from './scene.ts'

const fold = { id: 'told', version: 1 }

async function verify(
  scene: Scene,
  thread: ThreadId,
): Promise<{ readonly entries: number; readonly head: Hash }> {
  const found = await required(scene.harness.verify, 'verify')(scene.checkpointer, thread)
  assert.equal(found.head, (await scene.checkpointer.read(thread)).hash)
  return found
}

/** The chain of hashes: it fits, and it shows what does not. */
export const chainChecks: readonly CheckpointerCheck[] = [
  check(
    'chain: every entry has its own salt and a SHA-256 that depends on what came before',
    async (scene) => {
      const { checkpointer } = scene
      await hold(scene, 'a', 'same', 'same')
      await hold(scene, 'b', 'same', 'same')
      const a = await checkpointer.read('a')
      const b = await checkpointer.read('b')
      const entries = [...a.entries, ...b.entries]
      for (const { salt, hash } of entries) {
        assert.match(salt, /^[0-9a-f]{32}$/)
        assert.match(hash, /^[0-9a-f]{64}$/)
      }
      assert.equal(new Set(entries.map(({ salt }) => salt)).size, 4)
      assert.equal(new Set(entries.map(({ hash }) => hash)).size, 4)
      assert.equal(a.hash, a.entries[1]?.hash)
      assert.notEqual((await checkpointer.read('none')).hash, a.hash)
    },
  ),

  check(
    'chain: verifies with entries of every kind',
    async (scene) => {
      const holder = await hold(scene, 'thread', 1, { a: [new Date(0), 5n] })
      const label = {
        integrity: 'trusted',
        sources: ['user'],
        readers: 'anyone',
        confidential: false,
      } as const
      await holder.append(
        note('x', { labels: { default: label }, cause: 1, scope: 's', until: 5 }),
        rewound(1),
        'after',
      )
      assert.equal((await verify(scene, 'thread')).entries, 5)
    },
    ['verify'],
  ),

  check(
    'chain: verifies in forks, and in threads with many writers',
    async (scene) => {
      const { checkpointer } = scene
      const main = await hold(scene, 'main', 1, 2, 3)
      await checkpointer.fork({ thread: 'main', at: 2 }, 'fork')
      await verify(scene, 'fork')
      await hold(scene, 'fork', 'own')
      await main.append(4)
      await verify(scene, 'fork')
      const many = await hold(scene, 'many')
      await many.commit([note('first')], { writers: 'many' })
      const entries = [note('fact', { id: 'fact-1' })]
      await checkpointer.commit({ appends: [{ thread: 'many', after: 'head', entries }], flush: 'process' })
      assert.equal((await verify(scene, 'many')).entries, 2)
    },
    ['verify'],
  ),

  check(
    'chain: stays verifiable after erasing entries and after pruning',
    async (scene) => {
      const { checkpointer } = scene
      const holder = await hold(scene, 'thread', 1, 'secret', 3, 4)
      await checkpointer.erase({ thread: 'thread', entries: [2, 3], forks: 'refuse' })
      await verify(scene, 'thread')
      await checkpointer.prune({
        thread: 'thread',
        lease: holder.token,
        through: 3,
        fold,
        state: null,
        time: 1_700_000_000_000,
        erasures: (await checkpointer.read('thread')).erasures ?? 0,
      })
      await verify(scene, 'thread')
      await holder.append('later')
      await verify(scene, 'thread')
    },
    ['verify'],
  ),

  check(
    'chain: a changed entry does not verify (`thread-damaged`)',
    async (scene) => {
      await hold(scene, 'thread', 1, { long: 'x'.repeat(100) }, 3)
      await verify(scene, 'thread')
      await required(scene.store.damage, 'damage')('thread', 2)
      await fails(verify(scene, 'thread'), 'thread-damaged')
    },
    ['verify', 'damage'],
  ),

  check('chain: log and read give the same hashes', async (scene) => {
    await hold(scene, 'thread', 1, 2, 3)
    const view = await scene.checkpointer.read('thread')
    assert.deepEqual(await collect(scene.checkpointer.log('thread')), view.entries)
  }),
]
