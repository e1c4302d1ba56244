import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'

import { createMemory } from '../src/index.ts'
import { sqliteIndex } from '../src/sqlite/index.ts'

// Observes, remembers, asks and consolidates until it is killed; a line says what was acknowledged.
const [path = '', name = ''] = process.argv.slice(2)
const database = await openSqlite(path)
const memory = createMemory({ checkpointer: sqliteCheckpointer(database), index: sqliteIndex(database) })
const scope = { user: 'alice' }
for (let round = 0; ; round++) {
  const id = `${name}-${round}`
  await memory.observe(scope, [
    { id, session: name, origin: 'user', text: `My number ${id} is ${round}. Tea is served.` },
  ])
  console.log(`said ${id}`)
  if (round % 3 === 0) await memory.recall({ scopes: [scope], text: 'When is tea served?', limit: 3 })
  if (round % 4 === 0) {
    const made = await memory.remember(
      scope,
      { text: `Fact ${id} of ${name}`, sources: [id] },
      { by: 'user' },
    )
    console.log(`kept ${made.id}`)
  }
  // The other one may be consolidating.
  if (round % 5 === 0) await memory.consolidate(scope, { batch: 4 }).catch(() => undefined)
}
