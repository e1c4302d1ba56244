import { randomBytes } from 'node:crypto'

import type { ThreadReceiver } from '@keepup/checkpoint'
import {
  postgresArtifacts,
  postgresCheckpointer,
  type PostgresCheckpointerOptions,
} from '@keepup/checkpoint-postgres'
import type { ArtifactStore, Checkpointer } from '@keepup/core'
import { openPostgres, type PostgresDatabase, type PostgresOptions } from '@keepup/database-postgres'

/** A checkpointer and an artifact store on one opened schema. */
export interface OpenStore {
  readonly database: PostgresDatabase
  readonly checkpointer: Checkpointer & ThreadReceiver
  readonly artifacts: ArtifactStore
  close(): Promise<void>
  /** Closes it and drops the schema. */
  remove(): Promise<void>
}

/** A schema that nobody used before. */
export function newSchema(): string {
  return `test_${randomBytes(8).toString('hex')}`
}

/** Opens what a schema holds, or a new one. */
export async function openStore(
  url: string,
  schema: string = newSchema(),
  options: PostgresCheckpointerOptions & PostgresOptions = {},
): Promise<OpenStore> {
  const database = await openPostgres(url, { connections: 4, ...options, schema })
  const checkpointer = await postgresCheckpointer(database, options)
  const artifacts = await postgresArtifacts(database, options)
  const close = async (): Promise<void> => {
    await checkpointer[Symbol.asyncDispose]()
    await artifacts[Symbol.asyncDispose]()
    await database.close()
  }
  return {
    database,
    checkpointer,
    artifacts,
    close,
    remove: async () => {
      await close()
      const last = await openPostgres(url, { schema, connections: 1 })
      await last.write('process', (session) => session.exec(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
      await last.close()
    },
  }
}
