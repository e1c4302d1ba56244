import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { KeepupError } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'

import { graphState, resumeGraph, runGraph } from '../../src/index.ts'
import { parallelGraph } from './parallel-graph.ts'

const [path = '', effects = '', life = '', ttl = '30000', slower = '1'] = process.argv.slice(2)
const database = await openSqlite(path)
const checkpointer = sqliteCheckpointer(database)
const graph = parallelGraph(effects, life, Number(slower))
const { status } = await graphState({ graph, checkpointer, thread: 't' })
const run = status === 'empty' ? runGraph : resumeGraph
try {
  for await (const { type } of run({ graph, checkpointer, thread: 't', leaseTtl: Number(ttl) }))
    console.log(type)
  console.log('done')
} catch (error) {
  console.log(KeepupError.is(error) ? error.code : String(error))
}
await checkpointer[Symbol.asyncDispose]()
await database.close()
