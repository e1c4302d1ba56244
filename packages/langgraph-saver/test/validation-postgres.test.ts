import { randomBytes } from 'node:crypto'

import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { openPostgres } from '@keepup/database-postgres'
import {
  type CheckpointSaverTestInitializer,
  deltaChannelHistoryTests,
  specTest,
} from '@langchain/langgraph-checkpoint-validation'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

import { KeepupSaver } from '../src/index.ts'

const schema = `langgraph_${randomBytes(8).toString('hex')}`
let database: Awaited<ReturnType<typeof openPostgres>>
let checkpointer: Awaited<ReturnType<typeof postgresCheckpointer>>

beforeAll(async () => {
  database = await openPostgres(inject('postgresUrl'), { schema, connections: 4 })
  checkpointer = await postgresCheckpointer(database)
})
afterAll(async () => {
  await checkpointer[Symbol.asyncDispose]()
  await database.write('process', (session) => session.exec(`DROP SCHEMA ${schema} CASCADE`))
  await database.close()
})

/** LangChain's own suite for savers, on a real PostgreSQL. One schema for all, emptied after each test, as each test lists every thread. */
const onPostgres: CheckpointSaverTestInitializer<KeepupSaver> = {
  checkpointerName: '@keepup/langgraph-saver on PostgreSQL',
  createCheckpointer: () => new KeepupSaver(checkpointer),
  destroyCheckpointer: async (saver) => {
    await saver[Symbol.asyncDispose]()
    for await (const { thread } of checkpointer.threads())
      await checkpointer.erase({ thread, forks: 'cascade' })
  },
}

// Its 649 tests of `list` each make threads and erase them again: half a minute on a busy machine.
const isWhole = process.env['KEEPUP_LANGGRAPH_WHOLE'] !== undefined
specTest(onPostgres, isWhole ? undefined : ['getTuple', 'put', 'putWrites', 'deleteThread'])
deltaChannelHistoryTests(onPostgres)
test.skipIf(!isWhole)('was run whole on PostgreSQL (KEEPUP_LANGGRAPH_WHOLE=1)', () =>
  expect(isWhole).toBe(true),
)
