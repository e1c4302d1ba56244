import { currentOwner, isOwnerDead } from '@keepup/checkpoint'
import { artifactsOverRows, ownerText } from '@keepup/checkpoint/backend'
import { type ArtifactStore, type Clock, type Owner, systemClock } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { ArtifactRows } from './artifact-rows.ts'
import { createLabelRows } from './label-rows.ts'
import { migrations, owner as tablesOwner } from './migrations.ts'

/** The parts of {@link sqliteArtifacts}. */
export interface SqliteArtifactsOptions {
  /** Tells how old an artifact is. */
  readonly clock?: Clock
  /** Whether a process is provably dead, so that what it left half-written can be collected. */
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/**
 * Artifacts in the tables of `sqliteCheckpointer`, as rows of 64 KiB. Any number of processes may work on one file. An artifact that is being put
 * cannot be seen until it is whole; what a process that died left half-written is collected like any artifact that no entry names.
 */
export function sqliteArtifacts(
  database: SqliteDatabase,
  options: SqliteArtifactsOptions = {},
): ArtifactStore {
  database.migrate(tablesOwner, migrations)
  const clock = options.clock ?? systemClock
  const rows = new ArtifactRows(database, createLabelRows(database), options.isOwnerDead ?? isOwnerDead)
  const writer = ownerText(currentOwner('artifacts'))

  return artifactsOverRows({
    begin: (mediaType, label) =>
      database.write('process', () => rows.begin(mediaType, label, clock.now(), writer)),
    addChunk: (id, number, digest, bytes) =>
      database.write('process', () => rows.addChunk(id, number, digest, bytes)),
    finish: (id, named) => database.write('process', () => rows.finish(id, { ...named, now: clock.now() })),
    heal: (id, named) => database.write('process', () => rows.heal(id, named)),
    remove: (id) => database.write('process', () => rows.remove(id)),
    find: (hash) => database.read(() => rows.find(hash)),
    chunk: (id, number) => database.read(() => rows.chunk(id, number)),
    describe: (hash) => database.read(() => rows.describe(hash)),
    collect: (olderThan) => database.write('process', () => rows.collect(clock.now(), olderThan)),
  })
}
