/** A run on SQLite is interrupted while its tool works; another runtime, as in another process, goes on with the thread. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { verifyThread } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { jsonSchema } from '@keepup/core/json-schema'
import { openSqlite } from '@keepup/database-sqlite'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { defineTool } from '@keepup/tools'

const folder = mkdtempSync(join(tmpdir(), 'keepup-example-'))
const file = join(folder, 'threads.db')
const impatience = new AbortController()

const count = defineTool({
  name: 'count',
  description: 'Counts slowly.',
  input: jsonSchema<object>({ type: 'object' }),
  repeat: 'safe',
  effects: () => [],
  run: () => {
    impatience.abort()
    return Promise.resolve('one, two, three')
  },
})

async function run(input?: string): Promise<void> {
  const database = await openSqlite(file)
  const model = scriptedModel({
    steps: [{ calls: [{ name: 'count', input: {} }] }, { text: 'I counted to three.' }],
  })
  const checkpointer = sqliteCheckpointer(database)
  const runtime = createRuntime({ model, checkpointer, tools: [count] })
  const request = input === undefined ? {} : { input, signal: impatience.signal }
  for await (const event of runtime.run({ thread: 'counting', ...request }))
    if (event.type === 'run-finished') console.log(`${event.data.outcome.type}: ${event.data.text}`)
  const { entries } = await verifyThread(checkpointer, 'counting')
  console.log(`${entries} entries, the chain holds`)
  await checkpointer[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
}

await run('Count to three.')
await run()
rmSync(folder, { recursive: true })
