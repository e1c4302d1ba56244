import { createSalts, isOwnerDead } from '@keepup/checkpoint'
import { type Clock, type Owner, systemClock } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { type ArtifactUses, createArtifactUses } from './artifact-uses.ts'
import { EntryRows } from './entry-rows.ts'
import { createLabelRows, type LabelRows } from './label-rows.ts'
import { createLeaseRows, type LeaseRows } from './lease-rows.ts'
import { createRewindRows, type RewindRows } from './rewind-rows.ts'
import { SignalRows } from './signal-rows.ts'
import { createSnapshotRows, type SnapshotRows } from './snapshot-rows.ts'
import type { SqliteCheckpointerOptions } from './sqlite-checkpointer.ts'
import { createThreadCache, type ThreadCache } from './thread-cache.ts'
import { ThreadRows } from './thread-rows.ts'

/** What the methods of a checkpointer work with: one part for each kind of row. */
export interface Parts {
  readonly database: SqliteDatabase
  readonly clock: Clock
  readonly newSalt: () => string
  readonly capacity: number
  readonly isOwnerDead: (owner: Owner) => boolean
  readonly labels: LabelRows
  readonly entries: EntryRows
  readonly threads: ThreadRows
  readonly cache: ThreadCache
  readonly rewinds: RewindRows
  readonly signals: SignalRows
  readonly leases: LeaseRows
  readonly snapshots: SnapshotRows
  readonly artifacts: ArtifactUses
}

/** Prepares every part over a database whose tables exist. */
export function createParts(database: SqliteDatabase, options: SqliteCheckpointerOptions): Parts {
  const capacity = options.capacity ?? 10_000
  const labels = createLabelRows(database)
  const entries = new EntryRows(database, labels)
  const threads = new ThreadRows(database, entries)
  return {
    database,
    clock: options.clock ?? systemClock,
    newSalt: options.newSalt ?? createSalts(),
    capacity,
    isOwnerDead: options.isOwnerDead ?? isOwnerDead,
    labels,
    entries,
    threads,
    cache: createThreadCache(database, threads),
    rewinds: createRewindRows(database),
    signals: new SignalRows(database, labels, capacity),
    leases: createLeaseRows(database),
    snapshots: createSnapshotRows(database),
    artifacts: createArtifactUses(database),
  }
}
