import { randomBytes } from 'node:crypto'

import { describeRunQueue, type QueueOrder } from '@keepup/cluster/conformance'
import { postgresQueue } from '@keepup/cluster/postgres'
import { openPostgres } from '@keepup/database-postgres'
import { afterAll, inject } from 'vitest'

const patience = 10_000
const schema = `test_${randomBytes(8).toString('hex')}`
const address = inject('postgresUrl')

let present: QueueOrder = { attempts: 3, isOwnerDead: () => false }

async function open() {
  const database = await openPostgres(address, { schema, connections: 3 })
  const isOwnerDead: QueueOrder['isOwnerDead'] = (owner) => present.isOwnerDead(owner)
  const queue = await postgresQueue(database, { address, attempts: 3, patience, isOwnerDead })
  return { database, queue }
}

// Making the tables takes a second: all checks share them, one after the other.
const opened = Promise.all([open(), open()])

afterAll(async () => {
  const [one, two] = await opened
  await one.queue[Symbol.asyncDispose]()
  await two.queue[Symbol.asyncDispose]()
  await one.database.write('process', (session) =>
    session.exec(`DROP SCHEMA ${schema} CASCADE; DROP SCHEMA ${schema}_queue CASCADE`),
  )
  await one.database.close()
  await two.database.close()
})

describeRunQueue('PostgreSQL', {
  patience,
  create: async (order) => {
    present = order
    const [{ database, queue }, { queue: second }] = await opened
    const run = (sql: string): Promise<void> => database.write('process', (session) => session.exec(sql))
    return {
      queue,
      another: async () => ({ ...second, [Symbol.asyncDispose]: async () => undefined }),
      pass: (duration) =>
        run(`UPDATE run_claim SET seen = seen - ${duration}; UPDATE run_start SET time = time - ${duration};
          UPDATE ${schema}_queue.job SET start_after = start_after - interval '${duration} ms' WHERE state < 'active'`),
      transaction: (body) => database.transaction(body),
      dispose: () =>
        run(`DELETE FROM run_claim; DELETE FROM run_start; DELETE FROM run_worker; DELETE FROM run_pause;
          DELETE FROM ${schema}_queue.job`),
    }
  },
})
