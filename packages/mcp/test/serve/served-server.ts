// A server over standard input and output; its threads lie in the file of the first argument.
import { sqliteArtifacts, sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { endLeftBehind, serveMcpStdio } from '@keepup/mcp/serve'
import { shellTool } from '@keepup/toolkit'

import { exampleTools, serveParts } from './serve-harness.ts'

const [file = '', folder = ''] = process.argv.slice(2)
const database = await openSqlite(file)
const parts = serveParts([...exampleTools(), shellTool(folder)], {
  store: { artifacts: sqliteArtifacts(database), checkpointer: sqliteCheckpointer(database) },
  mode: 'yolo',
})
for (const { thread, unknown } of await endLeftBehind(parts))
  console.error(`ended ${thread}: ${unknown.join()}`)
const served = serveMcpStdio(parts, { input: process.stdin, output: process.stdout })
await served.closed
await database[Symbol.asyncDispose]()
