/** An agent with one tool of its own. End it with Ctrl-C in the middle and run it again: it goes on. */
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { jsonSchema } from '@keepup/core/json-schema'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'
import { defineTool } from '@keepup/tools'

import { model } from './model.ts'

const weather = defineTool({
  name: 'weather',
  description: 'The weather in a city.',
  input: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  }),
  repeat: 'safe', // it only looks, so it may run again after a crash
  effects: () => [{ kind: 'net', target: 'weather.example' }],
  run: ({ city }) => Promise.resolve(`Rain in ${city}.`),
})

const script = {
  steps: [{ calls: [{ name: 'weather', input: { city: 'Ghent' } }] }, { text: 'Take an umbrella.' }],
}

await using database = await openSqlite(process.env['DATABASE'] ?? 'threads.db')
const runtime = createRuntime({
  model: model(script),
  checkpointer: sqliteCheckpointer(database),
  tools: [weather],
})

const thread = 'trip'
const { status } = await runtime.state(thread).catch(() => ({ status: 'new' }))
const input = process.argv[2] ?? 'Do I need an umbrella in Ghent?'
// A run that was cut off goes on by itself; anything else begins with words.
for await (const event of runtime.run(status === 'running' ? { thread } : { thread, input })) {
  if (event.type === 'tool-finished') console.log(`${event.data.tool}: ${event.data.outcome.type}`)
  if (event.type === 'run-finished') console.log(event.data.text)
}
