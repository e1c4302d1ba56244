import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { type ArtifactStore, joinLabels, type Label, trustedLabel } from '@keepup/core'

import { fails } from '../fails.ts'
import { type ArtifactCheck, bytesOf, check, inChunks, put, sha256, someBytes } from './scene.ts'

const vendor: Label = { integrity: 'vendor', sources: ['tool:fetch'], readers: 'anyone', confidential: false }
const secret: Label = {
  integrity: 'structured',
  sources: ['tool:read'],
  readers: ['user'],
  confidential: true,
}
const nothing = { artifacts: 0, size: 0 }

/** What goes in and what comes out. */
export const contentChecks: readonly ArtifactCheck[] = [
  check('put: stores bytes by their SHA-256', async ({ artifacts }) => {
    for (const bytes of [new Uint8Array(0), someBytes(1), someBytes(70_000), Buffer.from('text')]) {
      const info = await artifacts.put(bytes, { mediaType: 'image/png', label: vendor })
      assert.deepEqual(info, {
        hash: sha256(bytes),
        size: bytes.length,
        mediaType: 'image/png',
        label: vendor,
      })
      assert.deepEqual(await artifacts.describe(info.hash), info)
      assert.deepEqual(await bytesOf(artifacts, info.hash), new Uint8Array(bytes))
    }
  }),

  check('put: takes a stream in chunks of any size', async ({ artifacts }) => {
    const bytes = someBytes(1_200_001)
    for (const size of [1_000_000, 65_536, 4_097, bytes.length]) {
      const info = await put(artifacts, inChunks(bytes, size))
      assert.deepEqual([info.hash, info.size], [sha256(bytes), bytes.length])
    }
    assert.deepEqual(await bytesOf(artifacts, sha256(bytes)), bytes)
    const empty = await put(artifacts, inChunks(new Uint8Array(0), 1))
    assert.equal(empty.size, 0)
    assert.equal((await put(artifacts, withEmptyChunks())).hash, sha256(someBytes(10)))
  }),

  check('put: the same bytes twice are one artifact', async ({ artifacts }) => {
    const bytes = someBytes(200_000)
    const puts = [bytes, inChunks(bytes, 999), inChunks(bytes, 70_000), bytes].map((content) =>
      put(artifacts, content),
    )
    const hashes = (await Promise.all(puts)).map(({ hash }) => hash)
    assert.deepEqual(
      hashes,
      puts.map(() => sha256(bytes)),
    )
    assert.deepEqual(await bytesOf(artifacts, sha256(bytes)), bytes)
    assert.deepEqual(await artifacts.collect(0), { artifacts: 1, size: 200_000 })
  }),

  check('put: streams that run side by side do not mix', async ({ artifacts }) => {
    const contents = Array.from({ length: 6 }, (_, index) => someBytes(150_000 + index, index))
    const infos = await Promise.all(
      contents.map((bytes, index) => put(artifacts, inChunks(bytes, 1_000 + index * 777))),
    )
    for (const [index, { hash }] of infos.entries())
      assert.deepEqual(await bytesOf(artifacts, hash), contents[index])
  }),

  check('put: a source that fails leaves nothing behind', async ({ artifacts }) => {
    const bytes = someBytes(3_000_000)
    async function* failing() {
      yield* inChunks(bytes.subarray(0, 2_500_000), 100_000)
      throw new RangeError('the source broke')
    }
    await assert.rejects(
      put(artifacts, failing()),
      (error: Error) => error instanceof RangeError || error.cause instanceof RangeError,
    )
    assert.equal(await artifacts.describe(sha256(bytes)), undefined)
    assert.equal(await artifacts.describe(sha256(bytes.subarray(0, 2_500_000))), undefined)
    assert.deepEqual(await artifacts.collect(0), nothing)
    await put(artifacts, inChunks(bytes, 100_000))
    assert.deepEqual(await bytesOf(artifacts, sha256(bytes)), bytes, 'and a second attempt works')
  }),

  check('label: the join of the labels of every put: never raised', async ({ artifacts }) => {
    for (const [seed, labels] of [
      [trustedLabel, vendor, secret],
      [secret, vendor, trustedLabel],
    ].entries()) {
      const bytes = someBytes(500, seed)
      for (const label of labels) await artifacts.put(bytes, { mediaType: 'text/plain', label })
      const joined = labels.reduce((a, b) => joinLabels(a, b))
      assert.deepEqual((await artifacts.describe(sha256(bytes)))?.label, joined)
      const again = await put(artifacts, inChunks(bytes, 10))
      assert.deepEqual(again.label, joined)
      assert.deepEqual((await artifacts.describe(sha256(bytes)))?.label, joined)
    }
  }),

  check('get: those bytes from `from` up to but without `to`', async ({ artifacts }) => {
    const bytes = someBytes(600_000)
    const { hash } = await put(artifacts, inChunks(bytes, 50_000))
    const edges = [0, 1, 65_535, 65_536, 65_537, 262_144, 524_288, 599_999, 600_000, 700_000]
    for (const from of edges) {
      assert.deepEqual(await bytesOf(artifacts, hash, { from }), bytes.slice(from), `from ${from}`)
      assert.deepEqual(await bytesOf(artifacts, hash, { to: from }), bytes.slice(0, from), `to ${from}`)
      for (const to of edges) {
        const expected = bytes.slice(from, Math.max(from, to))
        assert.deepEqual(await bytesOf(artifacts, hash, { from, to }), expected, `from ${from} to ${to}`)
      }
    }
  }),

  check('get: fails `artifact-unknown`, and describe gives nothing', async ({ artifacts }) => {
    for (const hash of ['0'.repeat(64), sha256(someBytes(3)), 'no hash', '']) {
      await fails(bytesOf(artifacts, hash), 'artifact-unknown')
      assert.equal(await artifacts.describe(hash), undefined)
    }
  }),

  check(
    'get: fails `artifact-damaged` where the whole does not match its hash',
    async ({ artifacts, store }) => {
      assert.ok(store.damage, 'The harness has no `damage`: give it, or name it in `lacks`')
      const { hash } = await put(artifacts, someBytes(300_000))
      const { hash: sound } = await put(artifacts, someBytes(10))
      await store.damage(hash)
      const error = await fails(bytesOf(artifacts, hash), 'artifact-damaged')
      assert.ok(error.message.includes(hash.slice(0, 8)), 'it names the artifact')
      assert.equal((await bytesOf(artifacts, sound)).length, 10)
    },
    ['damage'],
  ),

  check('get: a reader that stops early disturbs nobody', async ({ artifacts }) => {
    const bytes = someBytes(2_000_000)
    const { hash } = await put(artifacts, bytes)
    for await (const chunk of artifacts.get(hash)) {
      assert.ok(chunk.length > 0)
      break
    }
    assert.deepEqual(await bytesOf(artifacts, hash), bytes)
  }),

  check(
    'put and get: memory stays bounded whatever the size',
    async ({ artifacts }) => {
      const size = 64
      const { hash, peak: stored } = await putMegabytes(artifacts, size)
      assert.ok(stored < 24, `${stored} MB alive while storing ${size} MB`)
      const memory = await liveMemory()
      let read = 0
      let peak = 0
      for await (const chunk of artifacts.get(hash)) {
        const before = read
        read += chunk.length
        if (Math.floor(before / 8_000_000) !== Math.floor(read / 8_000_000))
          peak = Math.max(peak, await memory())
      }
      assert.equal(read, size * 1_000_000)
      assert.ok(peak < 24, `${peak} MB alive while reading ${size} MB`)
    },
    ['bounded'],
  ),
]

async function* withEmptyChunks(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0)
  yield someBytes(10)
  yield new Uint8Array(0)
}

async function putMegabytes(
  artifacts: ArtifactStore,
  count: number,
): Promise<{ readonly hash: string; readonly peak: number }> {
  const memory = await liveMemory()
  let peak = 0
  async function* source() {
    for (let index = 0; index < count; index++) {
      yield Buffer.alloc(1_000_000, index + 1)
      if (index % 8 === 7) peak = Math.max(peak, await memory())
    }
  }
  const { hash } = await put(artifacts, source())
  return { hash, peak }
}

/** How many megabytes more than now are alive. Collects garbage first, so that the figure does not depend on when the engine does. */
async function liveMemory(): Promise<() => Promise<number>> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  const measure = async (): Promise<number> => {
    // What lies outside of the heap is given back a turn later than it is found to be garbage.
    for (let pass = 0; pass < 2; pass++) {
      if (typeof collect === 'function') collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 1_000_000
  }
  const before = await measure()
  return async () => (await measure()) - before
}
