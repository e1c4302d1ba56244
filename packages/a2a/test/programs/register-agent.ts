import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'

import { agentRegistry, localCard } from '../../src/index.ts'

// Offers an agent until it is killed.
const database = await openSqlite(process.argv[2] ?? '')
const registry = agentRegistry({ checkpointer: sqliteCheckpointer(database) })
await registry.register('cook', localCard({ address: 'cook', name: 'Cook', description: 'Finds recipes' }))
console.log('registered')
setInterval(() => undefined, 1_000)
