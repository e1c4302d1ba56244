import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'

import { treeOf } from '../tree-life.ts'

const [, , path = '', effects = '', fan = '[]', pause = '0'] = process.argv
const database = await openSqlite(path)
const checkpointer = sqliteCheckpointer(database)
const run = treeOf({
  checkpointer,
  fan: JSON.parse(fan) as number[],
  async act(key, signal) {
    appendFileSync(effects, `${key}\n`)
    await sleep(Number(pause), undefined, { signal })
  },
})
console.log('begun')
const request = { thread: 'root', input: 'Go', inputId: 'go', limits: { turns: 5_000 } }
for await (const event of run(request)) if (event.type === 'run-finished') console.log('finished')
await database.close()
