import { verifyThread } from '@keepup/checkpoint'
import { startProgram } from '@keepup/vitest/child-process'
import { append, note, stranger } from '@keepup/vitest/entries'
import { expect, inject, test } from 'vitest'

import { newSchema, openStore } from './stores.ts'

const program = new URL('busy-worker.ts', import.meta.url)

test('twenty processes on one new schema lose nothing, and none of them fails', async () => {
  const schema = newSchema()
  const names = Array.from({ length: 20 }, (_, index) => `worker ${index}`)
  const starting = openStore(inject('postgresUrl'), schema)
  const store = await starting
  const { token } = await store.checkpointer.lease('facts', stranger, 600_000)
  await store.checkpointer.commit({
    appends: [{ thread: 'facts', after: 0, lease: token, entries: [note('start')], writers: 'many' }],
    flush: 'process',
  })
  const ends = await Promise.all(
    names.map((name) => startProgram(program, inject('postgresUrl'), schema, name).ended),
  )
  expect(ends.filter(({ code }) => code !== 0)).toEqual([])
  const rounds = Array.from({ length: 4 }, (_, round) => round)
  for (const name of names) {
    const { entries } = await store.checkpointer.read(name)
    expect(entries.map(({ data }) => data)).toEqual(rounds.flatMap((round) => [`${round} a`, `${round} b`]))
    await verifyThread(store.checkpointer, name)
  }
  const signals = await store.checkpointer.pending('shared')
  const facts = (await store.checkpointer.read('facts')).entries.slice(1).map(({ data }) => String(data))
  const sent = signals.map(({ id }) => id)
  for (const seen of [sent, facts]) {
    expect(seen.length).toBe(80)
    // Each worker's own in its order, whatever came between.
    for (const name of names)
      expect(seen.filter((each) => each.startsWith(`${name} `))).toEqual(
        rounds.map((round) => `${name} ${round}`),
      )
  }
  await verifyThread(store.checkpointer, 'facts')
  await store.remove()
}, 120_000)

test('a second process does not append while the first holds the thread', async () => {
  const schema = newSchema()
  const store = await openStore(inject('postgresUrl'), schema)
  await append(store.checkpointer, 'worker', ['mine'])
  const { code, complaint } = await startProgram(program, inject('postgresUrl'), schema, 'worker').ended
  expect(code).not.toBe(0)
  expect(complaint).toContain('lease-held')
  expect((await store.checkpointer.read('worker')).head).toBe(1)
  await store.remove()
}, 30_000)

test('of twenty that take a thread over one has it, and the one before can neither append nor prune', async () => {
  const schema = newSchema()
  const store = await openStore(inject('postgresUrl'), schema)
  const { checkpointer } = store
  const zombie = await checkpointer.lease('thread', stranger, 100)
  const batch = (lease: number) => ({
    appends: [{ thread: 'thread', after: 0, lease, entries: [note('x')] }],
    flush: 'process' as const,
  })
  while ((await store.database.now()) <= zombie.expires) await new Promise((wake) => setTimeout(wake, 20))
  const takers = Array.from({ length: 20 }, (_, index) => ({ ...stranger, instance: `taker ${index}` }))
  const taken = await Promise.allSettled(takers.map((owner) => checkpointer.lease('thread', owner, 600_000)))
  const [holder] = taken.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  expect(taken.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  await expect(checkpointer.commit(batch(zombie.token))).rejects.toMatchObject({ code: 'lease-lost' })
  await expect(zombie.renew(1_000)).rejects.toMatchObject({ code: 'lease-lost' })
  await zombie.release()
  await checkpointer.commit(batch(holder?.token ?? 0))
  await store.remove()
})
