/**
 * A queue of runs, and two workers that take them, in one SQLite file. Start it twice: the workers of both share the queue. Kill one with `kill -9`: the other goes
 * on with its runs. On many machines: `postgresQueue` of `@keepup/cluster/postgres`, and nothing else changes.
 */
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { createWorker, submitRun } from '@keepup/cluster'
import { sqliteQueue } from '@keepup/cluster/sqlite'
import { jsonSchema } from '@keepup/core/json-schema'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'
import { defineTool } from '@keepup/tools'

import { model } from './model.ts'

const count = defineTool({
  name: 'count',
  description: 'Counts to a number.',
  input: jsonSchema<{ to: number }>({
    type: 'object',
    properties: { to: { type: 'integer', minimum: 1, maximum: 100 } },
    required: ['to'],
    additionalProperties: false,
  }),
  repeat: 'safe',
  effects: () => [],
  run: ({ to }) => Promise.resolve(Array.from({ length: to }, (_, index) => index + 1).join(' ')),
})

const script = { steps: [{ calls: [{ name: 'count', input: { to: 3 } }] }, { text: 'I counted to three.' }] }

await using database = await openSqlite(process.env['DATABASE'] ?? 'threads.db')
await using checkpointer = sqliteCheckpointer(database)
const queue = sqliteQueue(database)
const runtime = createRuntime({ model: model(script), checkpointer, tools: [count] })

const threads = ['count-1', 'count-2', 'count-3']
for (const thread of threads)
  await submitRun(
    { checkpointer, queue },
    { thread, input: process.argv[2] ?? 'Count to three.', tenant: 'demo' },
  )

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
const workers = [1, 2].map(() => createWorker({ queue, checkpointer, runAgent: runtime.run, concurrency: 1 }))
const working = Promise.all(workers.map((worker) => worker.work(stopping.signal)))

// A service would work for ever; this ends once every run has.
for (const thread of threads) {
  for (let over = false; !over;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { run } = await runtime.state(thread)
    over = run?.outcome !== undefined
    if (over) console.log(`${thread}: ${run?.outcome?.type ?? ''}`)
  }
}
stopping.abort()
await working
