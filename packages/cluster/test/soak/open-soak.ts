import { isOwnerDead } from '@keepup/checkpoint'
import { postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { RunQueue } from '@keepup/cluster'
import { postgresQueue } from '@keepup/cluster/postgres'
import { sqliteQueue } from '@keepup/cluster/sqlite'
import type { Checkpointer, Owner } from '@keepup/core'
import { openPostgres } from '@keepup/database-postgres'
import { openSqlite } from '@keepup/database-sqlite'

import type { SoakSettings } from './soak-settings.ts'

/** The store and the queue of a soak. */
export interface OpenSoak extends AsyncDisposable {
  readonly checkpointer: Checkpointer
  readonly queue: RunQueue
}

/** Opens both, as each process does. */
export async function openSoak({ store, schema, near, patience }: SoakSettings): Promise<OpenSoak> {
  // Workers on other machines cannot be proved dead.
  const isDead = (owner: Owner): boolean => near && isOwnerDead(owner)
  const settings = { patience, attempts: 1_000, isOwnerDead: isDead }
  if (!store.startsWith('postgres')) {
    const database = await openSqlite(store)
    const checkpointer = sqliteCheckpointer(database, { isOwnerDead: isDead })
    return {
      checkpointer,
      queue: sqliteQueue(database, settings),
      [Symbol.asyncDispose]: () => database.close(),
    }
  }
  const database = await openPostgres(store, { schema, connections: 5 })
  const checkpointer = await postgresCheckpointer(database, { isOwnerDead: isDead })
  const queue = await postgresQueue(database, { ...settings, address: store })
  return {
    checkpointer,
    queue,
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]()
      await checkpointer[Symbol.asyncDispose]()
      await database.close()
    },
  }
}
