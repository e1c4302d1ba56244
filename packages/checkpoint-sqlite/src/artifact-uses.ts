import { artifactNotStored } from '@keepup/checkpoint/backend'
import type { ArtifactHash, Entry, Sequence } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

/** Which entries name which artifacts. */
export interface ArtifactUses {
  /** Notes what an entry names; `artifact-unknown` where one is not stored. */
  add(thread: number, entry: Entry): void
  /** Notes what an entry names, as far as it is stored. */
  addStored(thread: number, entry: Entry): void
  /** Forgets what entries `from` to `to` name. `destroy`: artifacts that no entry names any more go at once. */
  release(thread: number, from: Sequence, to: Sequence, what: 'keep' | 'destroy'): void
}

/** The uses of one database's artifacts. */
export function createArtifactUses(database: SqliteDatabase): ArtifactUses {
  const find = database.prepare<number>('SELECT id FROM artifact WHERE hash = ?', 'value')
  const insert = database.prepare(
    'INSERT OR IGNORE INTO artifact_use (artifact, place) VALUES (?, (? << 32) | ?)',
  )
  const select = database.prepare<number>(
    'SELECT DISTINCT artifact FROM artifact_use WHERE place BETWEEN (? << 32) | ? AND (? << 32) | ?',
    'value',
  )
  const remove = database.prepare(
    'DELETE FROM artifact_use WHERE place BETWEEN (? << 32) | ? AND (? << 32) | ?',
  )
  const used = database.prepare<number>('SELECT 1 FROM artifact_use WHERE artifact = ? LIMIT 1', 'value')
  const chunks = database.prepare(
    'DELETE FROM artifact_chunk WHERE place BETWEEN ? << 24 AND (? << 24) | 0xffffff',
  )
  const row = database.prepare('DELETE FROM artifact WHERE id = ?')

  function artifactId(hash: ArtifactHash, entry: Entry): number {
    const found = find.get(Buffer.from(hash, 'hex'))
    if (found !== undefined) return found
    throw artifactNotStored(entry.type, hash)
  }

  return {
    add(thread, entry) {
      for (const hash of entry.artifacts ?? []) insert.run(artifactId(hash, entry), thread, entry.sequence)
    },
    addStored(thread, entry) {
      for (const hash of entry.artifacts ?? []) {
        const artifact = find.get(Buffer.from(hash, 'hex'))
        if (artifact !== undefined) insert.run(artifact, thread, entry.sequence)
      }
    },
    release(thread, from, to, what) {
      const artifacts = select.all(thread, from, thread, to)
      remove.run(thread, from, thread, to)
      if (what === 'keep') return
      for (const artifact of artifacts) {
        if (used.get(artifact) !== undefined) continue
        chunks.run(artifact, artifact)
        row.run(artifact)
      }
    },
  }
}
