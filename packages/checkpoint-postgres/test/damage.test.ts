import { type VerifiedThread, verifyStore } from '@keepup/checkpoint'
import { trustedLabel } from '@keepup/core'
import { append, note, stranger } from '@keepup/vitest/entries'
import { expect, inject, onTestFinished, test } from 'vitest'

import { openStore, type OpenStore } from './stores.ts'

/** A store with a thread of ten entries, the fourth naming an artifact, and another thread. */
async function filled(): Promise<OpenStore & { readonly hash: string }> {
  const store = await openStore(inject('postgresUrl'))
  onTestFinished(() => store.remove())
  const about = { mediaType: 'text/plain', label: trustedLabel }
  const { hash } = await store.artifacts.put(Buffer.from('content'.repeat(20_000)), about)
  const token = await append(store.checkpointer, 'thread', [1, 2, 3])
  const entries = [note('with', { artifacts: [hash] })]
  await store.checkpointer.commit({
    appends: [{ thread: 'thread', after: 3, lease: token, entries }],
    flush: 'process',
  })
  await append(store.checkpointer, 'thread', [5, 6, 7, 8, 9, 'ten'], stranger)
  await append(store.checkpointer, 'other', ['x'])
  return { ...store, hash }
}

/** What a look at the whole store finds of the thread; the other one is whole. */
async function verified(store: OpenStore): Promise<VerifiedThread | undefined> {
  const found: VerifiedThread[] = []
  for await (const each of verifyStore(store)) found.push(each)
  expect(found.find(({ thread }) => thread === 'other')).toMatchObject({
    entries: 1,
    damage: [],
    artifacts: [],
  })
  return found.find(({ thread }) => thread === 'thread')
}

const entry = (sequence: number): string =>
  `thread = (SELECT id FROM thread WHERE name = 'thread') AND sequence = ${sequence}`

test.each([
  [
    'a flipped byte of the data',
    `UPDATE entry SET data = set_byte(data, 0, get_byte(data, 0) # 1) WHERE ${entry(6)}`,
  ],
  [
    'a flipped byte of the seal',
    `UPDATE entry SET seal = set_byte(seal, 40, get_byte(seal, 40) # 1) WHERE ${entry(6)}`,
  ],
  ['another time', `UPDATE entry SET time = time + 1 WHERE ${entry(6)}`],
  ['another kind', `UPDATE entry SET kind = 'other-type 1 0 user' WHERE ${entry(6)}`],
  ['a missing row', `DELETE FROM entry WHERE ${entry(6)}`],
])('%s is found at its place, and what lies before it is read', async (_, sql) => {
  const store = await filled()
  expect(await verified(store)).toMatchObject({ entries: 10, damage: [], artifacts: [] })
  await store.database.write('process', (session) => session.exec(sql))
  const found = await verified(store)
  expect(found?.damage.map(({ sequence }) => sequence)).toEqual([6])
  expect(found?.entries).toBe(9)
  await expect(store.checkpointer.read('thread')).rejects.toMatchObject({
    code: 'thread-damaged',
    details: { thread: 'thread', sequence: 6 },
  })
  expect((await store.checkpointer.read('thread', { at: 5 })).entries.map(({ data }) => data)).toEqual([
    1,
    2,
    3,
    'with',
    5,
  ])
})

test.each([
  [
    'a flipped byte of it',
    'UPDATE artifact_chunk SET bytes = set_byte(bytes, 9, 0) WHERE number = 1',
    'damaged',
  ],
  ['a missing piece', 'DELETE FROM artifact_chunk WHERE number = 1', 'damaged'],
  ['a missing row', 'DELETE FROM artifact', 'missing'],
])('of an artifact, %s is found', async (_, sql, state) => {
  const store = await filled()
  await store.database.write('process', (session) => session.exec(sql))
  expect((await verified(store))?.artifacts).toEqual([{ hash: store.hash, state }])
})

test('the last entries of a thread are missed by their head', async () => {
  const store = await filled()
  await store.database.write('process', (session) => session.exec(`DELETE FROM entry WHERE ${entry(10)}`))
  const found = await verified(store)
  expect(found?.damage).toMatchObject([{ sequence: 10 }])
  expect(found?.entries).toBe(9)
})
