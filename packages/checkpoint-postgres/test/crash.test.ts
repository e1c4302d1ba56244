import { setTimeout as sleep } from 'node:timers/promises'

import { currentOwner, verifyThread } from '@keepup/checkpoint'
import { statement } from '@keepup/database-postgres'
import { startProgram } from '@keepup/vitest/child-process'
import { note, stranger } from '@keepup/vitest/entries'
import { expect, inject, test } from 'vitest'

import { newSchema, openStore } from './stores.ts'

/** Kills at seeded moments after the first acknowledgement. */
const kills = Number(process.env['KEEPUP_KILLS'] ?? 10)
const seed = Number(process.env['KEEPUP_SEED'] ?? 1)

test('nothing acknowledged is lost when the process is killed, and the chain holds', async () => {
  const schema = newSchema()
  const url = inject('postgresUrl')
  let acknowledged = 0
  const windows = { between: 0, unanswered: 0 }
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = startProgram(new URL('killed-worker.ts', import.meta.url), url, schema)
    const started = performance.now()
    while (worker.lines.length === 0 && performance.now() - started < 20_000) await sleep(1)
    await sleep(((kill + seed) * 37) % 60)
    worker.process.kill('SIGKILL')
    const { code, complaint } = await worker.ended
    expect([code, complaint]).toEqual(['SIGKILL', ''])
    const before = acknowledged
    const commits = worker.lines.map((line) => line.split(' ').map(Number))
    for (const [, head = 0] of commits) acknowledged = Math.max(acknowledged, head)
    expect(acknowledged).toBeGreaterThan(before)

    const store = await openStore(url, schema)
    // The lease of the dead process is taken at once; what its connection was doing is over then.
    await (await store.checkpointer.lease('thread', currentOwner('test'), 1_000)).release()
    const { head, entries } = await store.checkpointer.read('thread')
    expect(head).toBeGreaterThanOrEqual(acknowledged)
    windows[head > acknowledged ? 'unanswered' : 'between'] += 1
    const said = entries.map(({ data }) => Number(String(data).split(' ')[1]))
    expect(said).toEqual(entries.map(({ sequence }) => sequence))
    const signals = new Set((await store.checkpointer.pending('other')).map(({ id }) => id))
    for (const [after] of commits) expect(signals).toContain(`signal ${after}`)
    await verifyThread(store.checkpointer, 'thread')
    acknowledged = head
    await store.close()
  }
  console.log(`SEED=${seed} kills of the process: ${JSON.stringify(windows)}`)

  const store = await openStore(url, schema)
  await store.artifacts.collect(0)
  const left = statement<{ left: number }>(
    'SELECT (SELECT count(*) FROM artifact WHERE hash IS NULL) + (SELECT count(*) FROM artifact_chunk) AS left',
  )
  expect(await store.database.query(left, [])).toEqual([{ left: 0 }])
  await store.remove()
}, 120_000)

test('a server that ends connections at any moment costs a writer nothing but time', async () => {
  const url = new URL(inject('postgresUrl'))
  const other = await openStore(url.href)
  const victim = newSchema()
  url.searchParams.set('application_name', victim)
  const store = await openStore(url.href, victim, { connections: 3 })
  const { checkpointer } = store
  const { token } = await checkpointer.lease('thread', stranger, 600_000)
  const terminate = statement<{ active: boolean }>(
    `SELECT state = 'active' AS active, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`,
  )
  const windows = { working: 0, idle: 0 }
  const killing = { done: false }
  const killed = (async () => {
    // On a busy machine not each finds a connection.
    for (let kill = 0; kill < 20 || windows.working + windows.idle <= 10; kill += 1) {
      await sleep(5 + (((kill + seed) * 13) % 37))
      for (const { active } of await other.database.query(terminate, [victim]))
        windows[active ? 'working' : 'idle'] += 1
    }
    killing.done = true
  })()
  let after = 0
  for (; !killing.done; after += 1) {
    const flush = after % 5 === 0 ? 'power' : 'process'
    const append = { thread: 'thread', after, lease: token, entries: [note(after)] }
    const [checkpoint] = await checkpointer.commit({ appends: [append], flush })
    expect(checkpoint?.sequence).toBe(after + 1)
  }
  await killed
  console.log(`SEED=${seed} connections ended by the server: ${JSON.stringify(windows)}, commits: ${after}`)
  expect(windows.working + windows.idle).toBeGreaterThan(10)
  const { entries } = await checkpointer.read('thread')
  expect(entries.map(({ data }) => data)).toEqual(Array.from({ length: after }, (_, index) => index))
  await verifyThread(checkpointer, 'thread')
  await other.remove()
  await store.remove()
}, 60_000)
