import { generateKeyPairSync } from 'node:crypto'

import type { Checkpointer } from '@keepup/core'
import { beforeEach, expect, test } from 'vitest'

import { memoryCheckpointer, signHead, verifySignedHead } from '../src/index.ts'
import { note, stranger } from './parts/entry.ts'

const keys = generateKeyPairSync('ed25519')
let checkpointer: Checkpointer

beforeEach(async () => {
  checkpointer = memoryCheckpointer()
  await write(checkpointer, 'a', 'b', 'c')
})

async function write(to: Checkpointer, ...texts: string[]): Promise<void> {
  await using lease = await to.lease('t', stranger('a'), 30_000)
  const { head } = await to.read('t')
  const entries = texts.map((text) => note(text))
  await to.commit({ appends: [{ thread: 't', after: head, lease: lease.token, entries }], flush: 'process' })
}

test('a signed head holds while the thread grows, is forked, erased in part, and pruned at it', async () => {
  const signed = await signHead(checkpointer, 't', keys)
  expect(signed).toMatchObject({ thread: 't', sequence: 3 })
  await write(checkpointer, 'd')
  await checkpointer.erase({ thread: 't', entries: [2], forks: 'refuse' })
  await verifySignedHead(checkpointer, signed, keys.publicKey)
  await checkpointer.fork({ thread: 't', at: 4 }, 'fork')
  const fork = await signHead(checkpointer, 'fork', keys)
  expect(fork.sequence).toBe(4)
  await using lease = await checkpointer.lease('t', stranger('a'), 30_000)
  const fold = { id: 'f', version: 1 }
  await checkpointer.prune({
    thread: 't',
    lease: lease.token,
    through: 3,
    fold,
    state: 0,
    time: 1,
    erasures: 1,
  })
  await verifySignedHead(checkpointer, signed, keys.publicKey)
  await verifySignedHead(checkpointer, fork, keys.publicKey)
})

test('a history that somebody wrote anew with fitting hashes, or cut, is found', async () => {
  const signed = await signHead(checkpointer, 't', keys)
  const forged = memoryCheckpointer()
  await write(forged, 'a', 'forged', 'c')
  await expect(verifySignedHead(forged, signed, keys.publicKey)).rejects.toMatchObject({
    code: 'thread-damaged',
  })
  const cut = memoryCheckpointer()
  await write(cut, 'a', 'b')
  await expect(verifySignedHead(cut, signed, keys.publicKey)).rejects.toMatchObject({
    code: 'thread-damaged',
  })
  await expect(verifySignedHead(memoryCheckpointer(), signed, keys.publicKey)).rejects.toMatchObject({
    code: 'thread-damaged',
  })
})

test('a changed head, another key and a key of another kind are refused', async () => {
  const signed = await signHead(checkpointer, 't', keys)
  const other = generateKeyPairSync('ed25519')
  for (const [head, key] of [
    [{ ...signed, sequence: 2 }, keys.publicKey],
    [{ ...signed, time: signed.time + 1 }, keys.publicKey],
    [{ ...signed, signature: Buffer.alloc(64, 1).toString('base64') }, keys.publicKey],
    [signed, other.publicKey],
    [signed, generateKeyPairSync('x25519').publicKey],
  ] as const) {
    await expect(verifySignedHead(checkpointer, head, key)).rejects.toMatchObject({ code: 'input-invalid' })
  }
  await expect(signHead(checkpointer, 'nobody', keys)).rejects.toMatchObject({ code: 'thread-unknown' })
})
