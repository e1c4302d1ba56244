import { setTimeout as sleep } from 'node:timers/promises'

import { verifyThread } from '@keepup/checkpoint'
import { note, stranger } from '@keepup/vitest/entries'
import { startPostgres } from '@keepup/vitest/postgres-server'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { newSchema, openStore } from './stores.ts'

/** A server of its own, which writes out what nobody waits for as late as it can. */
const server = startPostgres(['-c', 'wal_writer_delay=10s', '-c', 'wal_writer_flush_after=1GB'])
beforeAll(async () => void (await server), 60_000)
afterAll(async () => (await server).stop())

const seed = Number(process.env['KEEPUP_SEED'] ?? 1)
const crashes = Number(process.env['KEEPUP_CRASHES'] ?? 4)

test('a writer goes on over crashes of the server, and no acknowledged power commit is lost or doubled', async () => {
  const running = await server
  const schema = newSchema()
  const store = await openStore(running.url, schema)
  const { checkpointer } = store
  const { token } = await checkpointer.lease('thread', stranger, 600_000)
  const crashing = { done: false }
  const crashed = (async () => {
    for (let crash = 0; crash < crashes; crash += 1) {
      await sleep(50 + (((crash + seed) * 67) % 100))
      await running.crash()
      await running.restart()
    }
    crashing.done = true
  })()
  let after = 0
  for (; !crashing.done || after < 50; after += 1) {
    const entries = [note(`entry ${after + 1}`)]
    await checkpointer.commit({
      appends: [{ thread: 'thread', after, lease: token, entries }],
      flush: 'power',
    })
  }
  await crashed
  console.log(`SEED=${seed} crashes of the server: ${crashes}, commits: ${after}`)
  const { entries } = await checkpointer.read('thread')
  expect(entries.map(({ data }) => data)).toEqual(
    Array.from({ length: after }, (_, index) => `entry ${index + 1}`),
  )
  await verifyThread(checkpointer, 'thread')
  await store.remove()
}, 90_000)

test('process commits may be lost with the server, from the end only, and power makes those before it safe', async () => {
  const running = await server
  const schema = newSchema()
  const store = await openStore(running.url, schema)
  const { checkpointer } = store
  const { token } = await checkpointer.lease('thread', stranger, 600_000)
  for (let after = 0; after < 20; after += 1) {
    const append = { thread: 'thread', after, lease: token, entries: [note(after)] }
    await checkpointer.commit({ appends: [append], flush: after === 9 ? 'power' : 'process' })
  }
  await running.crash()
  await running.restart()
  const { head, entries } = await checkpointer.read('thread')
  expect(head).toBeGreaterThanOrEqual(10)
  // The control: this server does lose what did not ask for more.
  expect(head).toBeLessThan(20)
  expect(entries.map(({ data }) => data)).toEqual(Array.from({ length: head }, (_, index) => index))
  await verifyThread(checkpointer, 'thread')
  // A process that remembers the lost head is refused, reads, and goes on.
  const late = { thread: 'thread', after: 20, lease: token, entries: [note('late')] }
  await expect(checkpointer.commit({ appends: [late], flush: 'power' })).rejects.toMatchObject({
    code: 'checkpoint-conflict',
  })
  await checkpointer.commit({ appends: [{ ...late, after: head }], flush: 'power' })
  await store.remove()
}, 60_000)

test('a lease and its token outlive a crash of the server: nobody else ever gets the same token', async () => {
  const running = await server
  const schema = newSchema()
  const store = await openStore(running.url, schema)
  const { checkpointer } = store
  const seen = new Set<number>()
  for (let crash = 0; crash < 2; crash += 1) {
    const held = await checkpointer.lease('thread', stranger, 600_000)
    seen.add(held.token)
    await running.crash()
    await running.restart()
    const other = checkpointer.lease('thread', { ...stranger, instance: 'another' }, 600_000)
    await expect(other).rejects.toMatchObject({ code: 'lease-held' })
    await held.release()
    const next = await checkpointer.lease('thread', { ...stranger, instance: 'another' }, 600_000)
    expect(seen).not.toContain(next.token)
    seen.add(next.token)
    await next.release()
  }
  await store.remove()
}, 60_000)
