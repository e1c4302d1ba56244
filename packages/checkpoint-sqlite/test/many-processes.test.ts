import { verifyThread } from '@keepup/checkpoint'
import { startProgram } from '@keepup/vitest/child-process'
import { append, note, stranger } from '@keepup/vitest/entries'
import { afterAll, expect, test } from 'vitest'

import { newFile, openStore } from './stores.ts'

const file = newFile()
afterAll(() => file.remove())

test('fifty processes on one new file lose nothing, and none of them fails', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `worker ${index}`)
  const ends = await Promise.all(
    names.map((name) => startProgram(new URL('busy-worker.ts', import.meta.url), file.path, name).ended),
  )
  expect(ends.filter(({ code }) => code !== 0)).toEqual([])

  const store = await openStore(file.path)
  for (const name of names) {
    const { entries } = await store.checkpointer.read(name)
    expect(entries.map(({ data }) => data)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${Math.floor(index / 2)} ${index % 2 === 0 ? 'a' : 'b'}`),
    )
    await verifyThread(store.checkpointer, name)
  }
  const signals = await store.checkpointer.pending('shared')
  expect(new Set(signals.map(({ id }) => id)).size).toBe(500)
  for (const name of names) {
    const own = signals.filter(({ id }) => id.startsWith(`${name} `)).map(({ id }) => id)
    expect(own).toEqual(Array.from({ length: 10 }, (_, round) => `${name} ${round}`))
  }
  expect(await store.database.findDamage()).toEqual([])
  await store.close()
}, 120_000)

test('a holder takes what many processes signal, each once and in their order', async () => {
  const another = newFile()
  const store = await openStore(another.path)
  const names = Array.from({ length: 8 }, (_, index) => `worker ${index}`)
  const workers = names.map((name) =>
    startProgram(new URL('busy-worker.ts', import.meta.url), another.path, name),
  )
  let working = true
  void Promise.all(workers.map(({ ended }) => ended)).then(() => (working = false))
  const { token } = await store.checkpointer.lease('shared', stranger, 600_000)
  const taken: string[] = []
  for (let after = 0, isLast = false; !isLast;) {
    isLast = !working
    const ids = (await store.checkpointer.pending('shared')).map(({ id }) => id)
    if (ids.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      continue
    }
    const entries = ids.map((id) => note(id))
    await store.checkpointer.commit({
      appends: [{ thread: 'shared', after, lease: token, entries, takes: ids }],
      flush: 'process',
    })
    after += entries.length
    taken.push(...ids)
  }
  const ends = await Promise.all(workers.map(({ ended }) => ended))
  expect(ends.filter(({ code }) => code !== 0)).toEqual([])
  expect(taken.toSorted()).toEqual(
    names.flatMap((name) => Array.from({ length: 10 }, (_, round) => `${name} ${round}`)).toSorted(),
  )
  for (const name of names) {
    const own = taken.filter((id) => id.startsWith(`${name} `))
    expect(own).toEqual(Array.from({ length: 10 }, (_, round) => `${name} ${round}`))
  }
  expect((await store.checkpointer.read('shared')).entries.map(({ data }) => data)).toEqual(taken)
  await store.close()
  another.remove()
}, 60_000)

test('a second process does not append while the first holds the thread', async () => {
  const another = newFile()
  const store = await openStore(another.path)
  await append(store.checkpointer, 'worker', ['mine'])
  const { code, complaint } = await startProgram(
    new URL('busy-worker.ts', import.meta.url),
    another.path,
    'worker',
  ).ended
  expect(code).not.toBe(0)
  expect(complaint).toContain('lease-held')
  expect((await store.checkpointer.read('worker')).head).toBe(1)
  await store.close()
  another.remove()
}, 30_000)
