import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import { trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import { threadArtifacts } from '../src/thread-artifacts.ts'

const about = { mediaType: 'text/plain', label: trustedLabel }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += new TextDecoder().decode(chunk)
  return text
}

async function threads() {
  const store = memoryArtifacts()
  const checkpointer = memoryCheckpointer({ artifacts: store })
  const owner = { host: 'h', boot: 'b', process: 1, started: '1', instance: 'i' }
  const { hash } = await store.put(bytes('named'), about)
  const { token: lease } = await checkpointer.lease('mine', owner, 60_000)
  const entry = {
    type: 'noted',
    version: 1,
    critical: false,
    time: 0,
    by: 'system',
    data: null,
    artifacts: [hash],
  } as const
  await checkpointer.commit({
    appends: [{ thread: 'mine', after: 0, lease, entries: [entry] }],
    flush: 'process',
  })
  return { store, checkpointer, hash }
}

test('a tool reads what its own thread names, and what it stored itself', async () => {
  const { store, checkpointer, hash } = await threads()
  const seen = threadArtifacts(store, checkpointer, 'mine')
  expect(await readAll(seen.get(hash))).toBe('named')
  expect(await seen.describe(hash)).toMatchObject({ size: 5 })
  const own = await seen.put(bytes('new'), about)
  expect(await readAll(seen.get(own.hash))).toBe('new')
})

test('what no entry of its thread names is as if it were not there', async () => {
  const { store, checkpointer, hash } = await threads()
  const stranger = threadArtifacts(store, checkpointer, 'another')
  expect(await stranger.describe(hash)).toBeUndefined()
  await expect(readAll(stranger.get(hash))).rejects.toMatchObject({ code: 'artifact-unknown' })
  const { hash: unnamed } = await store.put(bytes('unnamed'), about)
  await expect(readAll(threadArtifacts(store, checkpointer, 'mine').get(unnamed))).rejects.toMatchObject({
    code: 'artifact-unknown',
  })
})

test('a fork reads what the history that it has in common names', async () => {
  const { store, checkpointer, hash } = await threads()
  await checkpointer.fork({ thread: 'mine', at: 1 }, 'fork')
  expect(await readAll(threadArtifacts(store, checkpointer, 'fork').get(hash))).toBe('named')
})
