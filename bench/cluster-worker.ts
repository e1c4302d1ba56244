import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { createWorker } from '@keepup/cluster'
import { postgresQueue } from '@keepup/cluster/postgres'
import { openPostgres } from '@keepup/database-postgres'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'

// A worker process of `bench/cluster.ts`: its model takes the given time for each answer.
const [, , address = '', schema = '', delay = '0', concurrency = '4'] = process.argv
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
await using database = await openPostgres(address, { schema, connections: 6 })
// As on a machine of its own: the death of a process is not proved, but waited for.
const isOwnerDead = (): boolean => false
await using checkpointer = await postgresCheckpointer(database, { isOwnerDead })
await using queue = await postgresQueue(database, { address, isOwnerDead, attempts: 1_000 })
const model = scriptedModel({ steps: [{ text: 'done', delay: Number(delay), repeat: true }] })
// As long as that of the command line's workers.
const runtime = createRuntime({ model, checkpointer, mode: 'yolo', leaseTtl: 12_000 })
const worker = createWorker({
  queue,
  checkpointer,
  runAgent: runtime.run,
  concurrency: Number(concurrency),
  poll: 250,
  isOwnerDead,
})
console.log('works')
await worker.work(stop.signal)
