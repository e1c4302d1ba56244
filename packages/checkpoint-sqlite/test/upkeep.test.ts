import { readFileSync, truncateSync, writeFileSync } from 'node:fs'

import { currentOwner, type Salvage, salvageThreads, verifyStore, verifyThread } from '@keepup/checkpoint'
import type { Checkpointer, Label, NewEntry } from '@keepup/core'
import { expect, onTestFinished, test } from 'vitest'

import { storeStatistics } from '../src/index.ts'
import { collect } from './collect.ts'
import { newFile, openStore, type OpenStore } from './stores.ts'

const label: Label = { integrity: 'trusted', sources: ['user'], readers: 'anyone', confidential: false }

const note = (data: unknown, more: Partial<NewEntry> = {}): NewEntry => ({
  type: 'note-taken',
  version: 1,
  critical: false,
  time: 1_000,
  by: 'user',
  data,
  ...more,
})

async function write(checkpointer: Checkpointer, thread: string, entries: NewEntry[]): Promise<void> {
  await using lease = await checkpointer.lease(thread, currentOwner('test'), 30_000)
  const { head } = await checkpointer.read(thread)
  await checkpointer.commit({
    appends: [{ thread, after: head, lease: lease.token, entries }],
    flush: 'process',
  })
}

async function openNew(): Promise<OpenStore> {
  const file = newFile()
  const store = await openStore(file.path)
  onTestFinished(async () => {
    await store.close()
    file.remove()
  })
  return store
}

/** A thread of 600 entries, a fork at 300 and one at 10, another thread, and an artifact in each of entries 5 and 400. */
async function filled(): Promise<OpenStore & { readonly hashes: readonly [string, string] }> {
  const store = await openNew()
  const put = (text: string) =>
    store.artifacts.put(Buffer.from(text.repeat(10_000)), { mediaType: 'text/plain', label })
  const hashes = [(await put('early')).hash, (await put('late')).hash] as const
  const entries = Array.from({ length: 600 }, (_, index) => note(`entry ${index + 1}`))
  entries[4] = note('with', { artifacts: [hashes[0]] })
  entries[399] = note('with', { artifacts: [hashes[1]] })
  await write(store.checkpointer, 'long', entries)
  await store.checkpointer.fork({ thread: 'long', at: 300 }, 'late fork')
  await write(store.checkpointer, 'late fork', [note('own')])
  await store.checkpointer.fork({ thread: 'long', at: 10 }, 'early fork')
  await write(store.checkpointer, 'other', [note('x')])
  return { ...store, hashes }
}

const verified = (store: OpenStore) => collect(verifyStore(store))
const place = `place = ((SELECT id FROM thread WHERE name = 'long') << 32) + 250`

test('a whole store is found whole, and counted', async () => {
  const store = await filled()
  const found = await verified(store)
  expect(found.flatMap(({ damage, artifacts }) => [...damage, ...artifacts])).toEqual([])
  expect(found.map(({ entries }) => entries).toSorted((a, b) => a - b)).toEqual([0, 1, 1, 600])
  expect(await storeStatistics(store.database)).toMatchObject({
    threads: 4,
    forks: 2,
    entries: 602,
    erased: 0,
    artifacts: 2,
    artifactSize: 90_000,
  })
})

test.each([
  ['changed', `UPDATE entry SET data = '"forged"' WHERE ${place}`, /bytes changed/],
  ['taken out', `DELETE FROM entry WHERE ${place}`, /is missing/],
])('an entry that was %s is named, and the rest is read', async (_, sql, why) => {
  const store = await filled()
  store.database.exec(sql)
  const long = (await verified(store)).find(({ thread }) => thread === 'long')
  expect(long?.damage[0]).toMatchObject({ sequence: 250 })
  expect(long?.damage[0]?.why).toMatch(why)
  expect(long?.damage).toHaveLength(1)
  expect(long?.entries).toBe(599)
  expect((await store.checkpointer.read('long', { at: 249 })).entries).toHaveLength(249)
})

test('artifacts that are gone or changed are named with their threads', async () => {
  const store = await filled()
  store.database.exec('DELETE FROM artifact_chunk WHERE place >> 24 = 1')
  store.database.exec("UPDATE artifact SET hash = x'00' WHERE id = 2")
  const long = (await verified(store)).find(({ thread }) => thread === 'long')
  expect(long?.artifacts).toEqual([
    { hash: store.hashes[0], state: 'damaged' },
    { hash: store.hashes[1], state: 'missing' },
  ])
})

test('what is whole is saved: beginnings with their hashes, and what comes after as strays', async () => {
  const store = await filled()
  store.database.exec(`UPDATE entry SET data = '"forged"' WHERE ${place}`)
  store.database.exec('DELETE FROM artifact_chunk WHERE place >> 24 = 1')
  const target = await openNew()
  const told = await collect(salvageThreads(store, target))
  const strays = told.flatMap((each: Salvage) => ('stray' in each ? [each.stray] : []))
  expect(strays.map(({ thread, sequence }) => `${thread} ${sequence}`)).toEqual([
    ...Array.from({ length: 350 }, (_, index) => `long ${index + 251}`),
    'late fork 301',
  ])
  const threads = told.flatMap((each: Salvage) => ('thread' in each ? [each.thread] : []))
  expect(new Map(threads.map(({ thread, head }) => [thread, head]))).toEqual(
    new Map([
      ['early fork', 10],
      ['late fork', 0],
      ['long', 249],
      ['other', 1],
    ]),
  )
  const { hash } = await store.checkpointer.read('long', { at: 249 })
  expect((await verifyThread(target.checkpointer, 'long')).head).toBe(hash)
  expect((await verified(target)).flatMap(({ artifacts }) => artifacts)).toEqual([
    { hash: store.hashes[0], state: 'missing' },
  ])
  await write(target.checkpointer, 'long', [note('goes on')])
})

test('bytes flipped in the file or cut from it are found, and nothing is taken for whole that is not', async () => {
  const store = await filled()
  const copy = newFile()
  onTestFinished(() => copy.remove())
  await store.database.backup(copy.path)
  const whole = readFileSync(copy.path)
  const texts = (await collect(store.checkpointer.log('long'))).map(({ data }) => data)
  let found = 0
  for (let seed = 1; seed <= 12; seed += 1) {
    const bytes = Buffer.from(whole)
    const at = 8_192 * 3 + ((seed * 104_729) % (bytes.length - 8_192 * 4))
    bytes[at] = (bytes[at] ?? 0) ^ 0x10
    writeFileSync(copy.path, bytes)
    if (seed % 4 === 0) truncateSync(copy.path, Math.floor(whole.length * 0.7))
    found += (await isFound(copy.path, texts)) ? 1 : 0
  }
  expect(found).toBeGreaterThan(6)
}, 60_000)

/** Whether the damage is told; what is read of `long` is in any case what was written. */
async function isFound(path: string, texts: readonly unknown[]): Promise<boolean> {
  let store: OpenStore
  try {
    store = await openStore(path)
  } catch (error) {
    expect(error).toMatchObject({ code: 'database-corrupt' })
    return true
  }
  try {
    const damage = await store.database.findDamage()
    const target = await openNew()
    const told = (await verified(store)).flatMap((each) => [...each.damage, ...each.artifacts])
    await collect(salvageThreads(store, target))
    const kept = await collect(target.checkpointer.log('long'))
    expect(kept.map(({ data }) => data)).toEqual(texts.slice(0, kept.length))
    return damage.length + told.length > 0
  } catch (error) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(?:database-corrupt|thread-damaged)$/) as string,
    })
    return true
  } finally {
    await store.close()
  }
}
