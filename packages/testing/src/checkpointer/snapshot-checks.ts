import assert from 'node:assert/strict'

import type { Checkpointer, FoldRef, Sequence, ThreadId } from '@keepup/core'

import { fails } from '../fails.ts'
import { check, type CheckpointerCheck, hold, rewound, told } from './scene.ts'

const fold: FoldRef = { id: 'told', version: 1 }

/** Stores what a fold that lists data has at a position. */
async function store(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence,
  by: FoldRef = fold,
): Promise<void> {
  const state = told((await checkpointer.read(thread, { at })).entries)
  await checkpointer.snapshot(thread, {
    fold: by,
    at,
    bytes: new TextEncoder().encode(JSON.stringify(state)),
  })
}

/** What the fold has by the snapshot that is offered and the entries after it. */
async function fromSnapshot(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at?: Sequence,
): Promise<{ readonly used: Sequence | undefined; readonly state: readonly unknown[] }> {
  const view = await checkpointer.read(thread, at === undefined ? { fold } : { at, fold })
  const { snapshot } = view
  const base: unknown = snapshot === undefined ? [] : JSON.parse(new TextDecoder().decode(snapshot.bytes))
  assert.ok(Array.isArray(base))
  return { used: snapshot?.at, state: [...base, ...told(view.entries)] }
}

/** `snapshot`, and how `read` uses it. */
export const snapshotChecks: readonly CheckpointerCheck[] = [
  check('snapshot: read gives the newest usable one plus the entries after it', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'thread', 1, 2, 3, 4, 5)
    await store(checkpointer, 'thread', 2)
    await store(checkpointer, 'thread', 4)
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread'), { used: 4, state: [1, 2, 3, 4, 5] })
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread', 4), { used: 4, state: [1, 2, 3, 4] })
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread', 3), { used: 2, state: [1, 2, 3] })
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread', 1), { used: undefined, state: [1] })
    const view = await checkpointer.read('thread', { fold })
    assert.deepEqual(
      view.entries.map(({ sequence }) => sequence),
      [5],
    )
    assert.equal(view.hash, (await checkpointer.read('thread')).hash)
    assert.equal((await checkpointer.read('thread')).snapshot, undefined, 'none without a fold')
  }),

  check('snapshot: is given to its own fold only', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'thread', 1, 2)
    await store(checkpointer, 'thread', 2, { id: 'other', version: 1 })
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread'), { used: undefined, state: [1, 2] })
  }),

  check('snapshot: one of another version is given as such', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'thread', 1, 2)
    await store(checkpointer, 'thread', 2, { id: 'told', version: 7 })
    const view = await checkpointer.read('thread', { fold })
    assert.deepEqual(view.snapshot?.fold, { id: 'told', version: 7 })
  }),

  check('snapshot: its bytes are kept exactly', async (scene) => {
    const { checkpointer } = scene
    await hold(scene, 'thread', 1)
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256)
    const copy = Uint8Array.from(bytes)
    await checkpointer.snapshot('thread', { fold, at: 1, bytes })
    bytes.fill(0)
    const stored = (await checkpointer.read('thread', { fold })).snapshot
    assert.deepEqual(new Uint8Array(stored?.bytes ?? []), copy)
    assert.deepEqual(stored?.fold, fold)
  }),

  check('snapshot: one for a position that does not exist is ignored', async (scene) => {
    const { checkpointer } = scene
    const bytes = new TextEncoder().encode('["never"]')
    await checkpointer.snapshot('nowhere', { fold, at: 1, bytes })
    const holder = await hold(scene, 'thread', 1)
    await checkpointer.snapshot('thread', { fold, at: 3, bytes })
    await holder.append(2)
    await holder.append(3)
    await holder.append(4)
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread'), { used: undefined, state: [1, 2, 3, 4] })
    await hold(scene, 'nowhere', 1, 2)
    assert.deepEqual(await fromSnapshot(checkpointer, 'nowhere'), { used: undefined, state: [1, 2] })
  }),

  check('snapshot: one that holds what a rewind hid is not used', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread', 1, 2, 3, 4)
    await store(checkpointer, 'thread', 1)
    await store(checkpointer, 'thread', 4)
    await holder.append(rewound(2))
    assert.deepEqual((await fromSnapshot(checkpointer, 'thread')).state, [1, 2])
    await holder.append(6)
    assert.deepEqual((await fromSnapshot(checkpointer, 'thread')).state, [1, 2, 6])
    await store(checkpointer, 'thread', 6)
    assert.deepEqual(await fromSnapshot(checkpointer, 'thread'), { used: 6, state: [1, 2, 6] })
    assert.deepEqual((await fromSnapshot(checkpointer, 'thread', 4)).state, [1, 2, 3, 4])
    await holder.append(rewound(4))
    await holder.append(8)
    assert.deepEqual((await fromSnapshot(checkpointer, 'thread')).state, [1, 2, 3, 4, 8])
  }),

  check('snapshot: one that a fork does not share is not used', async (scene) => {
    const { checkpointer } = scene
    const main = await hold(scene, 'main', 1, 2, 3)
    await checkpointer.fork({ thread: 'main', at: 2 }, 'fork')
    await hold(scene, 'fork', 'f3', 'f4')
    await store(checkpointer, 'main', 3)
    assert.deepEqual((await fromSnapshot(checkpointer, 'fork')).state, [1, 2, 'f3', 'f4'])
    await store(checkpointer, 'fork', 4)
    await main.append(4)
    assert.deepEqual(await fromSnapshot(checkpointer, 'main'), { used: 3, state: [1, 2, 3, 4] })
    assert.deepEqual(await fromSnapshot(checkpointer, 'fork'), { used: 4, state: [1, 2, 'f3', 'f4'] })
    await checkpointer.fork({ thread: 'fork', at: 3 }, 'second')
    assert.deepEqual((await fromSnapshot(checkpointer, 'second')).state, [1, 2, 'f3'])
  }),

  check("snapshot: with a token that is not the live lease's it fails `lease-lost`", async (scene) => {
    const { checkpointer } = scene
    const zombie = await hold(scene, 'thread', 1, 2)
    const [bytes, other] = ['[1,2]', '"told by nobody"'].map((text) => new TextEncoder().encode(text))
    assert.ok(bytes !== undefined && other !== undefined)
    await checkpointer.snapshot('thread', { fold, at: 1, bytes }, zombie.lease.token)
    await zombie.lease.release()
    await fails(
      checkpointer.snapshot('thread', { fold, at: 2, bytes: other }, zombie.lease.token),
      'lease-lost',
    )
    const holder = await hold(scene, 'thread')
    await fails(
      checkpointer.snapshot('thread', { fold, at: 2, bytes: other }, zombie.lease.token),
      'lease-lost',
    )
    await fails(
      checkpointer.snapshot('nobody', { fold, at: 2, bytes: other }, zombie.lease.token),
      'lease-lost',
    )
    assert.equal((await checkpointer.read('thread', { fold })).snapshot?.at, 1)
    await checkpointer.snapshot('thread', { fold, at: 2, bytes }, holder.lease.token)
    assert.equal((await checkpointer.read('thread', { fold })).snapshot?.at, 2)
  }),

  check('snapshot: keeps the newest few of a fold', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread')
    await holder.append(...Array.from({ length: 60 }, (_, index) => index))
    for (let at = 1; at <= 60; at++) await store(checkpointer, 'thread', at)
    await store(checkpointer, 'thread', 5, { id: 'other', version: 1 })
    assert.equal((await fromSnapshot(checkpointer, 'thread')).used, 60)
    assert.equal((await fromSnapshot(checkpointer, 'thread', 7)).state.length, 7)
    await holder.lease.release()
    const { snapshots } = await checkpointer.erase({ thread: 'thread', forks: 'refuse' })
    assert.ok(snapshots >= 2 && snapshots <= 30, `${snapshots} of 61 were kept`)
  }),
]
