import { currentOwner, isOwnerDead } from '@keepup/checkpoint'
import { artifactsOverRows, ownerText } from '@keepup/checkpoint/backend'
import type { ArtifactStore, Clock, Owner } from '@keepup/core'
import type { PostgresDatabase } from '@keepup/database-postgres'

import { PostgresArtifactRows } from './artifact-rows.ts'
import { migrations, owner as tablesOwner } from './migrations.ts'

/** The parts of {@link postgresArtifacts}. */
export interface PostgresArtifactsOptions {
  /** Tells how old an artifact is; the server's clock when left out. */
  readonly clock?: Clock
  /** Whether a process is provably dead, so that what it left half-written can be collected. */
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/**
 * Artifacts in the tables of `postgresCheckpointer`, as rows of 64 KiB. Any number of processes may work on one database. An artifact that is being
 * put cannot be seen until it is whole; what a process of this machine that died left half-written is collected at once, anything else after a day.
 */
export async function postgresArtifacts(
  database: PostgresDatabase,
  options: PostgresArtifactsOptions = {},
): Promise<ArtifactStore> {
  await database.migrate(tablesOwner, migrations)
  return artifactsOverRows(
    new PostgresArtifactRows(database, {
      given: () => options.clock?.now() ?? null,
      isOwnerDead: options.isOwnerDead ?? isOwnerDead,
      writer: ownerText(currentOwner('artifacts')),
    }),
  )
}
