import { setTimeout as sleep } from 'node:timers/promises'

import { currentOwner, verifyThread } from '@keepup/checkpoint'
import { startProgram } from '@keepup/vitest/child-process'
import { expect, test } from 'vitest'

import { newFile, openStore } from './stores.ts'

/** Kills at seeded moments after the first acknowledgement; the seed makes a failing run repeatable as far as processes allow. */
const kills = 24

test('nothing acknowledged is lost when the process is killed, and the chain holds', async () => {
  const file = newFile()
  let acknowledged = 0
  const gained: number[] = []
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = startProgram(new URL('killed-worker.ts', import.meta.url), file.path)
    const started = performance.now()
    while (worker.lines.length === 0 && performance.now() - started < 20_000) await sleep(1)
    await sleep((kill * 37) % 60)
    worker.process.kill('SIGKILL')
    const { code, complaint } = await worker.ended
    expect([code, complaint]).toEqual(['SIGKILL', ''])
    const before = acknowledged
    const commits = worker.lines.map((line) => line.split(' ').map(Number))
    for (const [, head = 0] of commits) acknowledged = Math.max(acknowledged, head)
    gained.push(acknowledged - before)

    const store = await openStore(file.path)
    const { head, entries } = await store.checkpointer.read('thread')
    expect(head).toBeGreaterThanOrEqual(acknowledged)
    const said = entries.map(({ data }) => Number(String(data).split(' ')[1]))
    expect(said).toEqual(entries.map(({ sequence }) => sequence))
    const signals = new Set((await store.checkpointer.pending('other')).map(({ id }) => id))
    for (const [after] of commits) expect(signals).toContain(`signal ${after}`)
    await verifyThread(store.checkpointer, 'thread')
    // The lease of the dead process is taken at once.
    await (await store.checkpointer.lease('thread', currentOwner('test'), 1_000)).release()
    await store.close()
  }
  console.log(`acknowledged entries before each kill: ${gained.join(' ')}`)
  expect(gained.every((count) => count > 0)).toBe(true)

  const store = await openStore(file.path)
  const halfWritten = store.database.prepare<number>(
    'SELECT count(*) FROM artifact WHERE hash IS NULL',
    'value',
  )
  const chunks = store.database.prepare<number>('SELECT count(*) FROM artifact_chunk', 'value')
  await store.artifacts.collect(0)
  expect(await store.database.read(() => [halfWritten.get(), chunks.get()])).toEqual([0, 0])
  expect(await store.database.findDamage()).toEqual([])
  await store.close()
  file.remove()
}, 120_000)
