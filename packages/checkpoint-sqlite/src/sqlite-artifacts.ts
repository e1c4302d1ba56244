import { createHash } from 'node:crypto'

import { canonicalLabel, currentOwner, isOwnerDead } from '@keepup/checkpoint'
import {
  type ArtifactInfo,
  type ArtifactStore,
  type Clock,
  type Label,
  type Owner,
  systemClock,
} from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { ArtifactRows } from './artifact-rows.ts'
import { chunked } from './chunked.ts'
import { createLabelRows } from './label-rows.ts'
import { ownerText } from './lease-rows.ts'
import { migrations, owner as tablesOwner } from './migrations.ts'
import { chunkSize, readArtifact } from './read-artifact.ts'

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

  async function put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    about: { readonly mediaType: string; readonly label: Label },
  ): Promise<ArtifactInfo> {
    const label = canonicalLabel(about.label)
    const id = await database.write('process', () => rows.begin(about.mediaType, label, clock.now(), writer))
    try {
      const whole = createHash('sha256')
      let size = 0
      let number = 0
      for await (const chunk of chunked(content, chunkSize)) {
        whole.update(chunk)
        size += chunk.length
        const place = number
        await database.write('process', () => rows.addChunk(id, place, chunk))
        number += 1
      }
      const hash = whole.digest('hex')
      return await database.write('process', () => rows.finish(id, { hash, size, label, now: clock.now() }))
    } catch (error) {
      await database.write('process', () => rows.remove(id))
      throw error
    }
  }

  return {
    put,
    get: (hash, range) => readArtifact(database, rows, hash, range),
    describe: (hash) => database.read(() => rows.describe(hash)),
    collect: (olderThan) => database.write('process', () => rows.collect(clock.now(), olderThan)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
