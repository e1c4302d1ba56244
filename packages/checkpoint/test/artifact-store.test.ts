import { trustedLabel } from '@keepup/core'
import { describeArtifactStore } from '@keepup/testing'
import { describe, expect, test } from 'vitest'

import { memoryArtifacts, memoryCheckpointer } from '../src/index.ts'
import { note, stranger } from './parts/entry.ts'

describeArtifactStore('memory', {
  create({ clock }) {
    const artifacts = memoryArtifacts({ clock })
    const checkpointer = memoryCheckpointer({ clock, artifacts })
    return Promise.resolve({
      artifacts,
      checkpointer,
      dispose: async () => checkpointer[Symbol.asyncDispose](),
    })
  },
  // It lives in memory, as a whole and in one process.
  lacks: ['bounded', 'reopen', 'second', 'damage'],
})

describe('artifacts in memory', () => {
  const about = { mediaType: 'text/plain', label: trustedLabel }
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  async function setUp() {
    const artifacts = memoryArtifacts()
    const checkpointer = memoryCheckpointer({ artifacts })
    const lease = await checkpointer.lease('t', stranger('a'), 30_000)
    const append = async (after: number, ...hashes: string[]) =>
      checkpointer.commit({
        appends: [{ thread: 't', after, lease: lease.token, entries: [note('x', { artifacts: hashes })] }],
        flush: 'process',
      })
    return { artifacts, checkpointer, lease, append }
  }

  test('go at once with the last entry that named them and was erased', async () => {
    const { artifacts, checkpointer, append } = await setUp()
    const { hash } = await artifacts.put(bytes('secret'), about)
    await append(0, hash)
    await append(1, hash, hash)
    await checkpointer.erase({ thread: 't', entries: [2], forks: 'refuse' })
    expect(await artifacts.describe(hash)).toBeDefined()
    await checkpointer.erase({ thread: 't', entries: [1, 1, 2], forks: 'refuse' })
    expect(await artifacts.describe(hash)).toBeUndefined()
  })

  test('that a pruned past named stay with its base', async () => {
    const { artifacts, checkpointer, lease, append } = await setUp()
    const { hash } = await artifacts.put(bytes('kept'), about)
    await append(0, hash)
    const fold = { id: 'f', version: 1 }
    await checkpointer.prune({ thread: 't', lease: lease.token, through: 1, fold, state: null, time: 1 })
    expect(await artifacts.collect(-1)).toEqual({ artifacts: 0, size: 0 })
    await checkpointer.erase({ thread: 't', forks: 'refuse' })
    expect(await artifacts.describe(hash)).toBeUndefined()
  })

  test('cannot be named without a store', async () => {
    const checkpointer = memoryCheckpointer()
    const { token } = await checkpointer.lease('t', stranger('a'), 30_000)
    const entries = [note('x', { artifacts: ['a'.repeat(64)] })]
    const appends = [{ thread: 't', after: 0, lease: token, entries }]
    await expect(checkpointer.commit({ appends, flush: 'process' })).rejects.toThrow(
      /Give memoryCheckpointer/,
    )
  })

  test('are read in parts', async () => {
    const { artifacts } = await setUp()
    const { hash } = await artifacts.put(new Uint8Array(150_000).fill(7), about)
    const sizes: number[] = []
    for await (const part of artifacts.get(hash)) sizes.push(part.length)
    expect(sizes).toEqual([65_536, 65_536, 18_928])
  })
})
