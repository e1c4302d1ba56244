import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { memoryQueue } from '@keepup/cluster'
import { describeRunQueue, type OpenQueue, type QueueOrder } from '@keepup/cluster/conformance'
import { sqliteQueue } from '@keepup/cluster/sqlite'
import { openSqlite } from '@keepup/database-sqlite'

import { createShiftingClock } from './shifting-clock.ts'

const patience = 10_000

describeRunQueue('memory', {
  patience,
  create: async (order) => {
    const clock = createShiftingClock()
    const queue = memoryQueue({ ...order, patience, clock })
    return {
      queue,
      another: async () => queue,
      pass: async (duration) => clock.shift(duration),
      dispose: async () => undefined,
    }
  },
})

describeRunQueue('SQLite', { patience, create: createOnFile })

async function createOnFile(order: QueueOrder): Promise<OpenQueue> {
  const clock = createShiftingClock()
  const path = join(tmpdir(), `${randomUUID()}.db`)
  const opened: AsyncDisposable[] = []
  const open = async () => {
    const database = await openSqlite(path)
    opened.push(database)
    return { database, queue: sqliteQueue(database, { ...order, patience, clock }) }
  }
  const { database, queue } = await open()
  return {
    queue,
    another: async () => (await open()).queue,
    pass: async (duration) => clock.shift(duration),
    transaction: (body) => database.transaction(body),
    dispose: async () => {
      for (const one of opened) await one[Symbol.asyncDispose]()
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(path + end, { force: true })))
    },
  }
}
