/** Threads in PostgreSQL. Start it on two machines: one holds the thread, the other is told so; whoever comes after a crash goes on. */
import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { jsonSchema } from '@keepup/core/json-schema'
import { openPostgres } from '@keepup/database-postgres'
import { createRuntime } from '@keepup/runtime'
import { defineTool } from '@keepup/tools'

import { model } from './model.ts'

const address = process.env['DATABASE_URL']
if (address === undefined) {
  console.error('Set DATABASE_URL, for instance to postgres://user:password@localhost:5432/agents')
  process.exit(2)
}

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

await using database = await openPostgres(address)
const checkpointer = await postgresCheckpointer(database)
const runtime = createRuntime({ model: model(script), checkpointer, tools: [count] })
const thread = process.env['THREAD'] ?? 'counting'
const { status } = await runtime.state(thread).catch(() => ({ status: 'new' }))
const input = process.argv[2] ?? 'Count to three.'
for await (const event of runtime.run(status === 'running' ? { thread } : { thread, input })) {
  if (event.type === 'tool-finished') console.log(`${event.data.tool}: ${event.data.outcome.type}`)
  if (event.type === 'run-finished') console.log(event.data.text)
}
const { head } = await checkpointer.read(thread)
console.log(head > 0 ? 'kept in PostgreSQL' : 'nothing was kept')
