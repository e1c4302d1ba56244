import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'

/** Watches a thread and forgets about it. Started by a test. */
const database = await openSqlite(process.argv[2] ?? '')
const checkpointer = sqliteCheckpointer(database)
const watching = checkpointer.watch('thread', { after: 0, signal: new AbortController().signal })
void watching[Symbol.asyncIterator]().next()
await new Promise((resolve) => setTimeout(resolve, 100))
