import { parseOwner } from '@keepup/checkpoint/backend'
import {
  type ArtifactHash,
  type ArtifactInfo,
  type Collected,
  joinLabels,
  KeepupError,
  type Label,
  type Milliseconds,
  type Owner,
  type Timestamp,
} from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { LabelRows } from './label-rows.ts'

/** What a living process has been writing for so long was abandoned by it. */
const abandonedAfter: Milliseconds = 24 * 60 * 60 * 1000

interface Row {
  readonly id: number
  readonly size: number
  readonly mediaType: string
  readonly label: number
}

/** Artifacts as rows. All of it runs inside bodies of the database. */
export class ArtifactRows {
  readonly #labels: LabelRows
  readonly #isOwnerDead: (owner: Owner) => boolean
  readonly #statements: ReturnType<typeof prepareAll>

  constructor(database: SqliteDatabase, labels: LabelRows, isOwnerDead: (owner: Owner) => boolean) {
    this.#labels = labels
    this.#isOwnerDead = isOwnerDead
    this.#statements = prepareAll(database)
  }

  /** Makes a row that nobody sees yet; gives its id. */
  begin(mediaType: string, label: Label, now: Timestamp, writer: string): number {
    return Number(
      this.#statements.begin.run(mediaType, this.#labels.idOf(label), now, writer).lastInsertRowid,
    )
  }

  addChunk(id: number, number: number, digest: Uint8Array, bytes: Uint8Array): void {
    this.#statements.addChunk.run(id, number, digest, bytes)
  }

  /** Names what was begun, or drops it where the same bytes are stored already. */
  finish(
    id: number,
    { hash, size, label, now }: { hash: ArtifactHash; size: number; label: Label; now: Timestamp },
  ): ArtifactInfo {
    const same = this.find(hash)
    if (same === undefined) {
      const named = this.#statements.name.run(Buffer.from(hash, 'hex'), size, now, id).changes
      if (named === 0)
        throw new KeepupError('internal', `Artifact ${hash} was collected while it was being put.`)
    } else {
      this.remove(id)
      const joined = joinLabels(this.#labels.labelOf(same.label), label)
      this.#statements.renew.run(this.#labels.idOf(joined), now, same.id)
    }
    const info = this.describe(hash)
    if (info === undefined) throw new KeepupError('internal', `Artifact ${hash} was not stored.`)
    return info
  }

  /** Copies the bytes of what was begun over those that are stored under a hash. */
  heal(id: number, { hash, size }: { readonly hash: ArtifactHash; readonly size: number }): void {
    const damaged = this.find(hash)
    if (damaged === undefined) return
    this.#statements.dropChunks.run(damaged.id, damaged.id)
    this.#statements.copyChunks.run(damaged.id, id, id)
    this.#statements.resize.run(size, damaged.id)
  }

  find(hash: ArtifactHash): Row | undefined {
    return this.#statements.find.get(Buffer.from(hash, 'hex'))
  }

  describe(hash: ArtifactHash): ArtifactInfo | undefined {
    const row = this.find(hash)
    if (row === undefined) return undefined
    return { hash, size: row.size, mediaType: row.mediaType, label: this.#labels.labelOf(row.label) }
  }

  chunk(id: number, number: number): { readonly digest: Buffer; readonly bytes: Buffer } | undefined {
    return this.#statements.chunk.get(id, number)
  }

  remove(id: number): void {
    this.#statements.dropChunks.run(id, id)
    this.#statements.drop.run(id)
  }

  /** Removes what no entry names and what was left half-written. */
  collect(now: Timestamp, olderThan: Milliseconds): Collected {
    const unused = this.#statements.unused.all(now - olderThan)
    for (const { id } of unused) this.remove(id)
    for (const { id, writer, put } of this.#statements.halfWritten.all()) {
      if (put <= now - abandonedAfter || this.#isOwnerDead(parseOwner(writer))) this.remove(id)
    }
    return { artifacts: unused.length, size: unused.reduce((total, { size }) => total + size, 0) }
  }
}

function prepareAll(database: SqliteDatabase) {
  return {
    begin: database.prepare(
      'INSERT INTO artifact (hash, size, media_type, label, put, writer) VALUES (NULL, 0, ?, ?, ?, ?)',
    ),
    addChunk: database.prepare(
      'INSERT INTO artifact_chunk (place, digest, bytes) VALUES ((? << 24) | ?, ?, ?)',
    ),
    name: database.prepare('UPDATE artifact SET hash = ?, size = ?, put = ?, writer = NULL WHERE id = ?'),
    renew: database.prepare('UPDATE artifact SET label = ?, put = ? WHERE id = ?'),
    find: database.prepare<Row>(
      'SELECT id, size, media_type AS mediaType, label FROM artifact WHERE hash = ?',
    ),
    chunk: database.prepare<{ digest: Buffer; bytes: Buffer }>(
      'SELECT digest, bytes FROM artifact_chunk WHERE place = (? << 24) | ?',
    ),
    dropChunks: database.prepare(
      'DELETE FROM artifact_chunk WHERE place BETWEEN ? << 24 AND (? << 24) | 0xffffff',
    ),
    copyChunks: database.prepare(
      `INSERT INTO artifact_chunk (place, digest, bytes) SELECT (? << 24) | (place & 0xffffff), digest, bytes
       FROM artifact_chunk WHERE place BETWEEN ? << 24 AND (? << 24) | 0xffffff`,
    ),
    resize: database.prepare('UPDATE artifact SET size = ? WHERE id = ?'),
    drop: database.prepare('DELETE FROM artifact WHERE id = ?'),
    unused: database.prepare<{ id: number; size: number }>(
      `SELECT id, size FROM artifact WHERE hash IS NOT NULL AND put <= ?
       AND NOT EXISTS (SELECT 1 FROM artifact_use WHERE artifact_use.artifact = artifact.id)`,
    ),
    halfWritten: database.prepare<{ id: number; writer: string; put: number }>(
      'SELECT id, writer, put FROM artifact WHERE writer IS NOT NULL',
    ),
  }
}
