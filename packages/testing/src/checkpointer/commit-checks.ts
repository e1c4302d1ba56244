import assert from 'node:assert/strict'

import { collect, fails } from '../fails.ts'
import {
  appearance,
  capacity,
  check,
  type CheckpointerCheck,
  history,
  hold,
  message,
  note,
  told,
} from './scene.ts'

/** `commit`: atomic, fenced, in order. */
export const commitChecks: readonly CheckpointerCheck[] = [
  check('commit: a thread is created by its first append', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'thread')
    assert.deepEqual(await collect(checkpointer.threads()), [], 'a lease alone makes no thread')
    await hold(scene, 'other', 'first')
    assert.deepEqual(
      (await collect(checkpointer.threads())).map((summary) => summary.thread),
      ['other'],
    )
  }),

  check('commit: resolves to one checkpoint for each append, in order', async (scene) => {
    const { checkpointer } = scene
    const a = await hold(scene, 'a', 'a1')
    const b = await hold(scene, 'b')
    const made = await checkpointer.commit({
      appends: [
        { thread: 'b', after: 0, lease: b.token, entries: [note('b1'), note('b2')] },
        { thread: 'a', after: 1, lease: a.token, entries: [note('a2')] },
      ],
      flush: 'process',
    })
    assert.deepEqual(
      made.map(({ thread, sequence }) => [thread, sequence]),
      [
        ['b', 2],
        ['a', 2],
      ],
    )
    for (const checkpoint of made) {
      const view = await checkpointer.read(checkpoint.thread)
      assert.equal(checkpoint.hash, view.hash)
      assert.deepEqual(checkpoint.entries, view.entries.slice(-checkpoint.entries.length), 'as stored')
    }
  }),

  check('commit: all or nothing over every thread named', async (scene) => {
    const { checkpointer } = scene
    const a = await hold(scene, 'a', 'a1')
    const b = await hold(scene, 'b', 'b1')
    await checkpointer.signal([message('a', 'waiting')], 'process')
    const before = await appearance(checkpointer, 'a', 'b', 'c')
    const good = { thread: 'a', after: 1, lease: a.token, entries: [note('a2')], takes: ['waiting'] }
    const signals = [message('c', 'sent')]
    const stale = { thread: 'b', after: 0, lease: b.token, entries: [note('b2')] }
    await fails(
      checkpointer.commit({ appends: [good, stale], signals, flush: 'process' }),
      'checkpoint-conflict',
    )
    const unfenced = { thread: 'b', after: 1, lease: b.token + 1, entries: [note('b2')] }
    await fails(checkpointer.commit({ appends: [good, unfenced], signals, flush: 'power' }), 'lease-lost')
    const unstorable = { thread: 'b', after: 1, lease: b.token, entries: [note('b2'), note(() => 1)] }
    await fails(
      checkpointer.commit({ appends: [good, unstorable], signals, flush: 'process' }),
      'value-not-storable',
    )
    assert.deepEqual(await appearance(checkpointer, 'a', 'b', 'c'), before)
    await checkpointer.commit({ appends: [good], signals, flush: 'process' })
    assert.equal((await checkpointer.pending('c')).length, 1, 'what failed can be tried again')
  }),

  check("commit: an append without the live lease's token fails `lease-lost`", async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 'one')
    const append = { thread: 'thread', after: 1, entries: [note('two')] }
    const attempt = (lease?: number) =>
      checkpointer.commit({
        appends: [lease === undefined ? append : { ...append, lease }],
        flush: 'process',
      })
    await fails(attempt(), 'lease-lost')
    await fails(attempt(holder.token + 1), 'lease-lost')
    await fails(attempt(holder.token - 1), 'lease-lost')
    await holder.lease.release()
    await fails(attempt(holder.token), 'lease-lost')
    const next = await hold(scene, 'thread')
    await fails(attempt(holder.token), 'lease-lost')
    await next.append('two')
    assert.deepEqual(await history(checkpointer, 'thread'), ['one', 'two'])
  }),

  check('commit: one after a taken sequence fails `checkpoint-conflict`', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 'one', 'two')
    const attempt = (after: number) =>
      checkpointer.commit({
        appends: [{ thread: 'thread', after, lease: holder.token, entries: [note('x')] }],
        flush: 'process',
      })
    const before = await appearance(checkpointer, 'thread')
    await fails(attempt(0), 'checkpoint-conflict')
    await fails(attempt(1), 'checkpoint-conflict')
    await fails(attempt(3), 'checkpoint-conflict', 'checkpoint-unknown')
    assert.deepEqual(await appearance(checkpointer, 'thread'), before)
  }),

  check('commit: of many at the same head exactly one is kept', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 'one')
    const attempts = Array.from({ length: 25 }, (_, index) =>
      checkpointer.commit({
        appends: [{ thread: 'thread', after: 1, lease: holder.token, entries: [note(index)] }],
        flush: index % 5 === 0 ? 'power' : 'process',
      }),
    )
    const kept = (await Promise.allSettled(attempts)).flatMap((attempt, index) =>
      attempt.status === 'fulfilled' ? [index] : [],
    )
    assert.equal(kept.length, 1)
    assert.deepEqual(await history(checkpointer, 'thread'), ['one', ...kept])
  }),

  check('commit: concurrent ones on different threads are all kept', async (scene) => {
    const names = Array.from({ length: 20 }, (_, index) => `thread-${index}`)
    const holders = await Promise.all(names.map((name) => hold(scene, name)))
    await Promise.all(holders.map((holder) => holder.append(holder.thread)))
    for (const name of names) assert.deepEqual(await history(scene.checkpointer, name), [name])
  }),

  check('commit: what the caller changes afterwards does not change what is stored', async (scene) => {
    const data = { list: ['kept'] }
    const holder = await hold(scene, 'thread')
    const committing = holder.append(data)
    data.list.push('not yet promised')
    await committing
    const stored = await history(scene.checkpointer, 'thread')
    data.list.push('too late')
    assert.deepEqual(await history(scene.checkpointer, 'thread'), stored)
  }),

  check('commit: an entry is immutable once committed', async (scene) => {
    const holder = await hold(scene, 'thread')
    const checkpoint = await holder.append({ list: ['kept'] })
    const views = [checkpoint.entries, (await scene.checkpointer.read('thread')).entries]
    for (const entries of views) {
      try {
        // What a careless reader might do: it either fails or stays without effect on others.
        ;(entries[0] as unknown as { data: { list: string[] } }).data.list.push('changed')
      } catch (error) {
        assert.ok(error instanceof TypeError)
      }
    }
    assert.deepEqual(told((await scene.checkpointer.read('thread')).entries), [{ list: ['kept'] }])
  }),

  check('commit: sends its signals with its entries, idempotent by id', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'parent')
    const answer = message('child', 'answer', { channel: 'answers:1' })
    await holder.commit([note('asked')], {}, { signals: [answer, message('other', 'hello')] })
    await holder.commit([note('asked again')], {}, { signals: [answer] })
    assert.deepEqual(
      (await checkpointer.pending('child')).map(({ id }) => id),
      ['answer'],
    )
    assert.deepEqual(
      (await checkpointer.pending('other')).map(({ id }) => id),
      ['hello'],
    )
    assert.deepEqual(
      await checkpointer.commit({ appends: [], signals: [message('other', 'alone')], flush: 'power' }),
      [],
    )
    assert.equal((await checkpointer.pending('other')).length, 2)
  }),

  check('commit: signals that find a full channel fail the whole commit (`database-busy`)', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'parent', 'one')
    await checkpointer.signal(
      Array.from({ length: capacity }, (_, index) => message('child', `signal-${index}`)),
      'process',
    )
    const before = await appearance(checkpointer, 'parent', 'child', 'other')
    const signals = [message('other', 'fits'), message('child', 'too many')]
    await fails(holder.commit([note('two')], {}, { signals }), 'database-busy')
    assert.deepEqual(await appearance(checkpointer, 'parent', 'child', 'other'), before)
    const unbounded = [
      message('child', 'stop', { channel: 'control' }),
      message('child', 'yes', { channel: 'answers:x' }),
    ]
    await holder.commit([note('two')], {}, { signals: unbounded })
    assert.equal((await checkpointer.pending('child')).length, capacity + 2)
  }),
]
