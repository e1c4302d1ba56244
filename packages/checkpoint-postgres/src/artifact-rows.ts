import {
  type ArtifactRows,
  type FoundArtifact,
  parseOwner,
  type StoredChunk,
} from '@keepup/checkpoint/backend'
import {
  type ArtifactHash,
  type ArtifactInfo,
  type Collected,
  type Hash,
  joinLabels,
  KeepupError,
  type Label,
  type Milliseconds,
  type Owner,
  type Timestamp,
} from '@keepup/core'
import { type PostgresDatabase, type PostgresSession, statement } from '@keepup/database-postgres'

import { createLabelRows, type LabelRows } from './label-rows.ts'
import { databaseSession, type Session } from './session.ts'

/** What a living process has been writing for so long was abandoned by it. */
const abandonedAfter: Milliseconds = 24 * 60 * 60 * 1000

interface ArtifactRow {
  readonly id: number
  readonly size: number
  readonly media_type: string
  readonly label: string
}

const begin = statement<{ id: number }>(
  `INSERT INTO artifact (size, put, label, media_type, writer) VALUES (0, keepup_now($4), decode($2, 'hex'), $1, $3) RETURNING id`,
)
const addChunk = statement(
  'INSERT INTO artifact_chunk (artifact, number, digest, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
)
const find = statement<ArtifactRow>(
  `SELECT id, size, media_type, encode(label, 'hex') AS label FROM artifact WHERE hash = $1`,
)
const lockSame = statement<ArtifactRow>(
  `SELECT id, size, media_type, encode(label, 'hex') AS label FROM artifact WHERE hash = $1 FOR NO KEY UPDATE`,
)
// Two that finish the same bytes at once are put one after the other.
const lockHash = statement('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))')
const nameIt = statement<{ media_type: string }>(
  `UPDATE artifact SET hash = decode($2, 'hex'), size = $3, put = keepup_now($4), writer = NULL WHERE id = $1 RETURNING media_type`,
)
const renew = statement(`UPDATE artifact SET label = decode($2, 'hex'), put = keepup_now($3) WHERE id = $1`)
const chunk = statement<{ digest: Buffer; bytes: Buffer }>(
  'SELECT digest, bytes FROM artifact_chunk WHERE artifact = $1 AND number = $2',
)
const dropChunks = statement('DELETE FROM artifact_chunk WHERE artifact = $1')
const copyChunks = statement(
  `INSERT INTO artifact_chunk (artifact, number, digest, bytes)
   SELECT $1, number, digest, bytes FROM artifact_chunk WHERE artifact = $2`,
)
const resize = statement('UPDATE artifact SET size = $2 WHERE id = $1')
const drop = statement('DELETE FROM artifact WHERE id = ANY($1::bigint[])')
const unused = `hash IS NOT NULL AND put <= keepup_now($1) - $2
  AND NOT EXISTS (SELECT 1 FROM artifact_use WHERE artifact_use.artifact = artifact.id)`
const lockUnused = statement<{ id: number }>(
  `SELECT id FROM artifact WHERE ${unused} ORDER BY id FOR UPDATE SKIP LOCKED`,
)
// Whoever named one before it was locked is seen only now.
const dropUnused = statement<{ size: number }>(
  `DELETE FROM artifact WHERE id = ANY($3::bigint[]) AND ${unused} RETURNING size`,
)
const halfWritten = statement<{ id: number; writer: string; old: boolean }>(
  'SELECT id, writer, put <= keepup_now($1) - $2 AS old FROM artifact WHERE writer IS NOT NULL',
)

/** What artifact rows need besides their database. */
interface ArtifactParts {
  readonly given: () => Timestamp | null
  readonly isOwnerDead: (owner: Owner) => boolean
  /** This process, as text. */
  readonly writer: string
}

/** Artifacts as rows of a PostgreSQL database. */
export class PostgresArtifactRows implements ArtifactRows {
  readonly #database: PostgresDatabase
  readonly #session: Session
  readonly #parts: ArtifactParts
  readonly #labels: LabelRows = createLabelRows()

  constructor(database: PostgresDatabase, parts: ArtifactParts) {
    this.#database = database
    this.#session = databaseSession(database)
    this.#parts = parts
  }

  async begin(mediaType: string, label: Label): Promise<number> {
    const id = await this.#idOf(label)
    const { writer, given } = this.#parts
    const [row] = await this.#database.query(begin, [mediaType, id, writer, given()])
    return row?.id ?? 0
  }

  async addChunk(id: number, number: number, digest: Uint8Array, bytes: Uint8Array): Promise<void> {
    await this.#database.query(addChunk, [id, number, digest, bytes])
  }

  async finish(
    id: number,
    { hash, size, label }: { readonly hash: ArtifactHash; readonly size: number; readonly label: Label },
  ): Promise<ArtifactInfo> {
    return this.#database.write('process', async (session) => {
      await session.query(lockHash, hash)
      const [same] = await session.query(lockSame, Buffer.from(hash, 'hex'))
      if (same === undefined) {
        const mediaType = await this.#name(session, id, hash, size)
        return { hash, size, mediaType, label }
      }
      await this.#labels.load(within(session), [same.label])
      const joined = joinLabels(this.#labels.labelOf(same.label), label)
      const joinedId = this.#labels.idOf(joined)
      await this.#labels.storeWithin(within(session))
      await session.query(renew, same.id, joinedId, this.#parts.given())
      await session.query(drop, [id])
      return { hash, size, mediaType: same.media_type, label: joined }
    })
  }

  async heal(
    id: number,
    { hash, size }: { readonly hash: ArtifactHash; readonly size: number },
  ): Promise<void> {
    await this.#database.write('process', async (session) => {
      await session.query(lockHash, hash)
      const [damaged] = await session.query(lockSame, Buffer.from(hash, 'hex'))
      if (damaged === undefined) return
      await session.query(dropChunks, damaged.id)
      await session.query(copyChunks, damaged.id, id)
      await session.query(resize, damaged.id, size)
    })
  }

  async remove(id: number): Promise<void> {
    await this.#database.query(drop, [[id]])
  }

  async find(hash: ArtifactHash): Promise<FoundArtifact | undefined> {
    return (await this.#database.query(find, [Buffer.from(hash, 'hex')]))[0]
  }

  async chunk(id: number, number: number): Promise<StoredChunk | undefined> {
    return (await this.#database.query(chunk, [id, number]))[0]
  }

  async describe(hash: ArtifactHash): Promise<ArtifactInfo | undefined> {
    const [row] = await this.#database.query(find, [Buffer.from(hash, 'hex')])
    if (row === undefined) return undefined
    await this.#labels.load(this.#session, [row.label])
    return { hash, size: row.size, mediaType: row.media_type, label: this.#labels.labelOf(row.label) }
  }

  async collect(olderThan: Milliseconds): Promise<Collected> {
    const { given, isOwnerDead } = this.#parts
    const removed = await this.#database.write('process', async (session) => {
      const locked = await session.query(lockUnused, given(), olderThan)
      const ids = locked.map(({ id }) => id)
      return ids.length === 0 ? [] : session.query(dropUnused, given(), olderThan, ids)
    })
    const left = await this.#database.query(halfWritten, [given(), abandonedAfter])
    const dead = left.filter(({ writer, old }) => old || isOwnerDead(parseOwner(writer))).map(({ id }) => id)
    if (dead.length > 0) await this.#database.query(drop, [dead])
    return { artifacts: removed.length, size: removed.reduce((total, { size }) => total + size, 0) }
  }

  async #name(session: PostgresSession, id: number, hash: ArtifactHash, size: number): Promise<string> {
    const [named] = await session.query(nameIt, id, hash, size, this.#parts.given())
    if (named === undefined)
      throw new KeepupError('internal', `Artifact ${hash} was collected while it was being put.`)
    return named.media_type
  }

  async #idOf(label: Label): Promise<Hash> {
    const id = this.#labels.idOf(label)
    await this.#labels.store(this.#session)
    return id
  }
}

function within(session: PostgresSession): Pick<Session, 'call'> {
  return { call: (statement_, parameters) => session.query(statement_, ...parameters) }
}
