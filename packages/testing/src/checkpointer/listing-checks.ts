import assert from 'node:assert/strict'

import { collect } from '../fails.ts'
import { check, type CheckpointerCheck, hold, message, note, rewound, type Scene } from './scene.ts'

/** `history` and `threads`. */
export const listingChecks: readonly CheckpointerCheck[] = [
  check(
    "history: this thread's own checkpoints, newest first, with the types of each commit",
    async (scene) => {
      const { checkpointer } = scene
      const holder = await hold(scene, 'thread', 'one')
      await holder.append(note('a', { type: 'alpha' }), note('b', { type: 'beta' }), 'c')
      await holder.append(rewound(1))
      const summaries = await collect(checkpointer.history('thread'))
      assert.deepEqual(
        summaries.map(({ thread, sequence, types }) => [thread, sequence, types]),
        [
          ['thread', 5, ['thread-rewound']],
          ['thread', 4, ['alpha', 'beta', 'note-taken']],
          ['thread', 1, ['note-taken']],
        ],
      )
      for (const { time } of summaries) assert.ok(Number.isFinite(time) && time > 1_000_000_000_000)
      await checkpointer.fork({ thread: 'thread', at: 4 }, 'fork')
      await hold(scene, 'fork', 'own')
      assert.deepEqual(
        (await collect(checkpointer.history('fork'))).map(({ sequence }) => sequence),
        [5],
      )
    },
  ),

  check('history: in pages, those before `before` when given', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'thread', ...Array.from({ length: 25 }, (_, index) => index))
    const found: number[] = []
    for (;;) {
      const before = found.at(-1)
      const page = before === undefined ? { limit: 10 } : { limit: 10, before }
      const summaries = await collect(checkpointer.history('thread', page))
      assert.ok(summaries.length <= 10)
      if (summaries.length === 0) break
      found.push(...summaries.map(({ sequence }) => sequence))
    }
    assert.deepEqual(
      found,
      Array.from({ length: 25 }, (_, index) => 25 - index),
    )
    assert.equal((await collect(checkpointer.history('thread'))).length, 25, 'unbounded when left out')
    assert.deepEqual(await collect(checkpointer.history('thread', { limit: 0 })), [])
  }),

  check('threads: most recently changed first, at most `limit`', async (scene) => {
    const { checkpointer } = scene
    await changeInTurn(scene, ['a', 'b', 'c', 'a'])
    const names = async (limit?: number) =>
      (await collect(checkpointer.threads(limit === undefined ? {} : { limit }))).map(({ thread }) => thread)
    assert.deepEqual(await names(), ['a', 'c', 'b'])
    assert.deepEqual(await names(2), ['a', 'c'])
    assert.deepEqual(
      (await collect(checkpointer.threads())).map(({ thread }) => thread),
      ['a', 'c', 'b'],
    )
  }),

  check('threads: what can be told of a thread without reading its entries', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2)
    await checkpointer.signal(
      [message('thread', 'one'), message('thread', 'two', { channel: 'steers' })],
      'process',
    )
    await checkpointer.signal([message('nobody', 'three')], 'process')
    const summaries = await collect(checkpointer.threads())
    assert.equal(summaries.length, 1, 'a signal alone makes no thread')
    const [summary] = summaries
    assert.ok(summary)
    const { created, updated, ...rest } = summary
    assert.ok(created <= updated && created > 1_000_000_000_000)
    const expected = { thread: 'thread', head: 2, writers: 'one', pending: 2, owner: holder.lease.owner }
    assert.deepEqual(rest, expected)
    await scene.pass(scene.ttl + 50)
    assert.equal((await collect(checkpointer.threads()))[0]?.owner, undefined, "the live lease's owner")
  }),

  check(
    'threads: `due` finds those whose wait has ended by then, until the next commit that has a critical entry',
    async (scene) => {
      const { checkpointer } = scene
      const due = async (by: number) =>
        (await collect(checkpointer.threads({ due: by }))).map(({ thread }) => thread).toSorted()
      const soon = await hold(scene, 'soon', note('waits', { until: 5_000 }))
      await hold(scene, 'late', note('waits', { until: 9_000 }))
      await hold(scene, 'never', 'does not wait')
      assert.deepEqual(await due(4_999), [])
      assert.deepEqual(await due(5_000), ['soon'])
      assert.deepEqual(await due(9_000), ['late', 'soon'])
      const summaries = await collect(checkpointer.threads())
      assert.equal(summaries.find(({ thread }) => thread === 'late')?.due, 9_000)
      assert.equal(summaries.find(({ thread }) => thread === 'never')?.due, undefined)
      await soon.append(note('goes on', { critical: true }))
      assert.deepEqual(await due(9_000), ['late'])
      assert.deepEqual(await collect(checkpointer.threads({ due: 9_000, limit: 0 })), [])
    },
  ),

  check('threads: an entry that is not critical leaves open what the thread waits for', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', note('waits', { critical: true, until: 5_000 }))
    const due = async () => (await collect(checkpointer.threads()))[0]?.due
    await holder.append('a tag', 'another')
    assert.equal(await due(), 5_000)
    await checkpointer.signal([message('thread', 'one')], 'process')
    await holder.commit([note('declined')], { takes: ['one'] })
    assert.equal(await due(), 5_000, 'also where a signal is taken with it')
    await holder.append(note('waits for something else as well', { until: 9_000 }))
    assert.equal(await due(), 5_000, 'the earlier of two')
    await holder.append(...Array.from({ length: 20 }, () => note('many', { until: 4_000 })))
    assert.equal(await due(), 4_000, 'the earlier of two')
    await holder.append('beside', note('goes on', { critical: true }))
    assert.equal(await due(), undefined, 'one critical entry is enough')
  }),
]

async function changeInTurn(scene: Scene, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await hold(scene, name, 'changed')
    await scene.pass(20)
  }
}
