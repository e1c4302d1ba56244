import assert from 'node:assert/strict'

import { KeepupError } from '@keepup/core'

import { note, rewound } from '../checkpointer/scene.ts'
import { fails } from '../fails.ts'
import { type ArtifactCheck, type ArtifactScene, bytesOf, check, put, sha256, someBytes } from './scene.ts'

const nothing = { artifacts: 0, size: 0 }

/** What is kept, and what is collected. */
export const lifetimeChecks: readonly ArtifactCheck[] = [
  check('commit: naming an artifact that is not stored fails `artifact-unknown`', async (scene) => {
    const holder = await scene.hold('thread')
    await holder.append('one')
    const missing = sha256(someBytes(9))
    await fails(holder.append(note('x', { artifacts: [missing] })), 'artifact-unknown')
    await put(scene.artifacts, someBytes(9))
    await holder.append(note('x', { artifacts: [missing] }))
    assert.equal((await scene.checkpointer.read('thread')).head, 2)
  }),

  check(
    'collect: removes artifacts that no entry names and that were last put at least `olderThan` ago',
    async (scene) => {
      const { artifacts, span } = scene
      const old = await put(artifacts, someBytes(100, 1))
      const again = await put(artifacts, someBytes(200, 2))
      await scene.pass()
      const fresh = await put(artifacts, someBytes(300, 3))
      await put(artifacts, someBytes(200, 2))
      assert.deepEqual(await artifacts.collect(span), { artifacts: 1, size: 100 })
      assert.equal(await artifacts.describe(old.hash), undefined)
      await fails(bytesOf(artifacts, old.hash), 'artifact-unknown')
      assert.ok(await artifacts.describe(again.hash), 'what was put again is young')
      assert.ok(await artifacts.describe(fresh.hash))
      assert.deepEqual(await artifacts.collect(span), nothing)
      await put(artifacts, someBytes(100, 1))
      assert.deepEqual(await bytesOf(artifacts, old.hash), someBytes(100, 1), 'and can be stored anew')
    },
  ),

  check('collect: keeps what an entry names, rewound, forked from or neither', async (scene) => {
    const { artifacts, checkpointer } = scene
    const hashes: string[] = []
    for (const seed of [1, 2, 3]) hashes.push((await put(artifacts, someBytes(50_000, seed))).hash)
    const [first = '', second = '', third = ''] = hashes
    const holder = await scene.hold('thread')
    await holder.append(note('x', { artifacts: [first] }))
    await holder.append(note('x', { artifacts: [second, third] }))
    await checkpointer.fork({ thread: 'thread', at: 2 }, 'fork')
    await holder.append(rewound(1))
    await scene.pass()
    assert.deepEqual(await artifacts.collect(0), nothing)
    for (const [index, hash] of hashes.entries()) {
      assert.deepEqual(await bytesOf(artifacts, hash), someBytes(50_000, index + 1))
    }
  }),

  check('collect: takes what only an erased thread named', async (scene) => {
    const { artifacts, checkpointer } = scene
    const shared = await put(artifacts, someBytes(10, 1))
    const own = await put(artifacts, someBytes(10, 2))
    const erased = await scene.hold('erased')
    await erased.append(note('x', { artifacts: [shared.hash, own.hash] }))
    const other = await scene.hold('other')
    await other.append(note('x', { artifacts: [shared.hash] }))
    await erased.lease.release()
    await checkpointer.erase({ thread: 'erased', forks: 'refuse' })
    await scene.pass()
    await artifacts.collect(0)
    assert.equal(await artifacts.describe(own.hash), undefined)
    assert.deepEqual(await bytesOf(artifacts, shared.hash), someBytes(10, 1))
  }),

  check('collect: beside appends and forks it never removes a named one', async (scene) => {
    const collector = await scene.beside()
    const written = new AbortController()
    const collection = (async () => {
      for (let pass = 0; !written.signal.aborted; pass++) {
        await collector.artifacts.collect(0)
        if (pass % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const writers = Array.from({ length: 4 }, (_, index) => writeAndFork(scene, `writer-${index}`, index))
    const outcomes = await Promise.allSettled(writers)
    written.abort()
    await collection
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    await collector.artifacts.collect(0)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') continue
      for (const [seed, hash] of outcome.value)
        assert.deepEqual(await bytesOf(scene.artifacts, hash), someBytes(5_000, seed))
    }
  }),

  check('put: one that is collected before it is named can be put again', async (scene) => {
    const holder = await scene.hold('thread')
    const { hash } = await put(scene.artifacts, someBytes(10))
    assert.deepEqual(await scene.artifacts.collect(0), { artifacts: 1, size: 10 })
    await fails(holder.append(note('x', { artifacts: [hash] })), 'artifact-unknown')
    await put(scene.artifacts, someBytes(10))
    await holder.append(note('x', { artifacts: [hash] }))
    assert.deepEqual(await scene.artifacts.collect(0), nothing)
  }),

  check(
    'reopen: what a commit names is as durable as the commit, with its label',
    async (scene) => {
      const label = {
        integrity: 'free-text',
        sources: ['url:x'],
        readers: ['user'],
        confidential: true,
      } as const
      const holder = await scene.hold('thread')
      const infos = []
      for (const [seed, flush] of (['process', 'power'] as const).entries()) {
        const info = await scene.artifacts.put(someBytes(400_000, seed), { mediaType: 'image/png', label })
        await holder.commit([note('x', { artifacts: [info.hash] })], {}, { flush })
        infos.push(info)
      }
      const { artifacts } = await scene.reopened()
      for (const [seed, info] of infos.entries()) {
        assert.deepEqual(await artifacts.describe(info.hash), info)
        assert.deepEqual(await bytesOf(artifacts, info.hash), someBytes(400_000, seed))
      }
    },
    ['reopen'],
  ),

  check(
    'second connection: sees what the first stored, and keeps what the other names',
    async (scene) => {
      const other = await scene.beside()
      const { hash } = await put(scene.artifacts, someBytes(100_000))
      assert.deepEqual(await bytesOf(other.artifacts, hash), someBytes(100_000))
      const holder = await scene.hold('thread')
      await holder.append(note('x', { artifacts: [hash] }))
      assert.deepEqual(await other.artifacts.collect(0), nothing)
      assert.deepEqual(await bytesOf(other.artifacts, hash), someBytes(100_000))
    },
    ['second'],
  ),
]

/** Stores and names artifacts, trying again where the collector was faster, and forks now and then. Gives what was named. */
async function writeAndFork(
  scene: ArtifactScene,
  thread: string,
  writer: number,
): Promise<[number, string][]> {
  const named: [number, string][] = []
  const holder = await scene.hold(thread)
  for (let round = 0; round < 15; round++) {
    const seed = writer * 1000 + round
    for (let attempt = 0; named.length <= round; attempt++) {
      const { hash } = await put(scene.artifacts, someBytes(5_000, seed))
      if (attempt % 2 === 1) await new Promise((resolve) => setImmediate(resolve))
      try {
        await holder.append(note(round, { artifacts: [hash] }))
        named.push([seed, hash])
      } catch (error) {
        assert.ok(KeepupError.is(error, 'artifact-unknown'), String(error))
        assert.ok(attempt < 500, 'A commit right after a put succeeds now and then')
      }
    }
    if (round % 5 === 4) await scene.checkpointer.fork({ thread, at: round + 1 }, `${thread}-fork-${round}`)
  }
  return named
}
