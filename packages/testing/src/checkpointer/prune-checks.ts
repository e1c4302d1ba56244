import assert from 'node:assert/strict'

import type { Checkpointer, Pruning } from '@keepup/core'

import { fails } from '../fails.ts'
import { appearance, check, type CheckpointerCheck, hold, type Holder } from './scene.ts'

const fold = { id: 'told', version: 1 }

function prune(checkpointer: Checkpointer, holder: Holder, more: Partial<Pruning>) {
  const time = 1_700_000_000_000
  const pruning = { thread: holder.thread, lease: holder.token, through: 2, fold, state: [1, 2], time }
  return checkpointer.prune({ ...pruning, ...more })
}

/** `prune`. */
export const pruneChecks: readonly CheckpointerCheck[] = [
  check("prune: replaces a thread's oldest entries by their fold", async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3, 4)
    const before = await checkpointer.read('thread')
    const receipt = await prune(checkpointer, holder, {})
    assert.deepEqual([receipt.threads, receipt.entries, receipt.hash], [['thread'], 2, before.hash])
    const after = await checkpointer.read('thread')
    const [base, ...rest] = after.entries
    assert.deepEqual(base && [base.type, base.data], [
      'thread-pruned',
      { fold, state: [1, 2], replaced: before.entries[1]?.hash },
    ])
    assert.ok(base && base.sequence <= 2)
    assert.deepEqual(rest, before.entries.slice(2), 'what came after is as it was')
    assert.deepEqual([after.head, after.hash], [before.head, before.hash])
    const checkpoint = await holder.append('goes on')
    assert.equal(checkpoint.sequence, 5)
  }),

  check('prune: positions before it are gone (`checkpoint-unknown`), those after it stay', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3, 4)
    await checkpointer.snapshot('thread', { fold, at: 1, bytes: new TextEncoder().encode('[1]') })
    await prune(checkpointer, holder, {})
    await fails(checkpointer.read('thread', { at: 1 }), 'checkpoint-unknown')
    await fails(checkpointer.fork({ thread: 'thread', at: 1 }, 'fork'), 'checkpoint-unknown')
    assert.equal((await checkpointer.read('thread', { at: 3 })).entries.at(-1)?.data, 3)
    await checkpointer.fork({ thread: 'thread', at: 3 }, 'fork')
    assert.equal((await checkpointer.read('fork')).entries[0]?.type, 'thread-pruned')
  }),

  check('prune: through the head, and again later', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2)
    await prune(checkpointer, holder, {})
    await holder.append(3)
    await prune(checkpointer, holder, { through: 3, state: [1, 2, 3] })
    await holder.append(4)
    const { entries } = await checkpointer.read('thread')
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['thread-pruned', 'note-taken'],
    )
    assert.deepEqual(entries[1]?.sequence, 4)
  }),

  check('prune: fails `lease-lost`, `checkpoint-unknown` or `thread-has-forks`', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3)
    await fails(prune(checkpointer, holder, { lease: holder.token + 1 }), 'lease-lost')
    await fails(prune(checkpointer, holder, { through: 4 }), 'checkpoint-unknown')
    await fails(prune(checkpointer, holder, { through: 0 }), 'checkpoint-unknown')
    await fails(prune(checkpointer, holder, { state: () => 1 }), 'value-not-storable')
    await checkpointer.fork({ thread: 'thread', at: 1 }, 'fork')
    const before = await appearance(checkpointer, 'thread', 'fork')
    await fails(prune(checkpointer, holder, {}), 'thread-has-forks')
    assert.deepEqual(await appearance(checkpointer, 'thread', 'fork'), before)
  }),
]
