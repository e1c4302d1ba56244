import { openSqlite } from '@keepup/database-sqlite'
import { compareWithMemory } from '@keepup/vitest/memory-twin'
import { expect, test } from 'vitest'

import { sqliteCheckpointer } from '../src/index.ts'

test('does, refuses and shows what the in-memory checkpointer does, hash by hash', async () => {
  const compared = compareWithMemory(async (parts) => {
    const database = await openSqlite(':memory:')
    return { checkpointer: sqliteCheckpointer(database, parts), remove: () => database.close() }
  }, 150)
  await expect(compared).resolves.toBeUndefined()
}, 120_000)
