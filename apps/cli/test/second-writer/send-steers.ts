import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { steer } from '@keepup/runtime'

/** One process that steers a thread while another runs it: `node send-steers.ts FILE THREAD SENDER COUNT`. */
const [file = '', thread = '', sender = '', count = '0'] = process.argv.slice(2)

await using database = await openSqlite(file)
await using checkpointer = sqliteCheckpointer(database)
for (let index = 0; index < Number(count); index += 1) {
  const id = `${sender}-${index}`
  const receipts = await checkpointer.signal([steer(thread, id, { id, by: `agent:${sender}` })], 'power')
  // Sending again must change nothing, whether it was taken already or not.
  const again = await checkpointer.signal([steer(thread, id, { id, by: `agent:${sender}` })], 'power')
  if (receipts[0] !== 'accepted' || again[0] !== 'duplicate')
    throw new Error(`${id}: ${receipts[0]}, then ${again[0]}`)
  await new Promise((resolve) => setTimeout(resolve, 5))
}
