import { currentOwner } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { append, control } from '@keepup/vitest/entries'

/** One of many processes on one file: appends to a thread of its own and signals one that all share. Started by a test. */
const [path = '', name = ''] = process.argv.slice(2)
const database = await openSqlite(path)
const checkpointer = sqliteCheckpointer(database)
const owner = currentOwner('worker')
for (let round = 0; round < 10; round += 1) {
  await append(checkpointer, name, [`${round} a`, `${round} b`], owner)
  const flush = round % 5 === 0 ? 'power' : 'process'
  await checkpointer.signal([control('shared', `${name} ${round}`)], flush)
}
await checkpointer[Symbol.asyncDispose]()
await database.close()
