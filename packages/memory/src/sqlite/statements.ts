import type { SqliteDatabase, SqliteStatement } from '@keepup/database-sqlite'

/** A scope as its row says. */
export interface ScopeRow {
  readonly id: number
  readonly applied: number
  readonly generation: number
}

/** A row with its place and what it holds, plain or sealed. */
export type BodyRow = readonly [place: number, body: string | Uint8Array]

/** Every statement of the index, by what it does. */
export interface Statements {
  readonly scope: SqliteStatement<ScopeRow>
  readonly addScope: SqliteStatement<unknown>
  readonly move: SqliteStatement<unknown>
  readonly restart: SqliteStatement<unknown>
  readonly addEvidence: SqliteStatement<unknown>
  readonly documents: SqliteStatement<BodyRow>
  readonly documentsAt: SqliteStatement<BodyRow>
  readonly evidenceAt: SqliteStatement<BodyRow>
  readonly evidenceOf: SqliteStatement<BodyRow>
  readonly count: SqliteStatement<number>
  readonly addStems: SqliteStatement<unknown>
  readonly removeStems: SqliteStatement<unknown>
  readonly matching: SqliteStatement<number>
  readonly addVersion: SqliteStatement<unknown>
  readonly versions: SqliteStatement<VersionRow>
  readonly addVector: SqliteStatement<unknown>
  readonly vectors: SqliteStatement<BodyRow>
  readonly removeEvidence: SqliteStatement<unknown>
  readonly removeVersions: SqliteStatement<unknown>
  readonly removeVectors: SqliteStatement<unknown>
}

/** A row of a version: its place, its item, what it holds. */
export type VersionRow = readonly [place: number, item: string, body: string | Uint8Array]

const within = 'place > ? AND place <= ?'
const among = 'place IN (SELECT value FROM json_each(?))'

/** Prepares every statement once. Type parameters say what the columns of the tables hold. */
export function prepareStatements(database: SqliteDatabase): Statements {
  return {
    scope: database.prepare<ScopeRow>('SELECT id, applied, generation FROM memory_scope WHERE name = ?'),
    addScope: database.prepare('INSERT OR IGNORE INTO memory_scope (name) VALUES (?)'),
    move: database.prepare('UPDATE memory_scope SET applied = ? WHERE id = ?'),
    restart: database.prepare(
      'UPDATE memory_scope SET applied = 0, generation = generation + 1 WHERE id = ?',
    ),
    addEvidence: database.prepare(
      'INSERT INTO memory_evidence (place, id, document, evidence) VALUES (?, ?, ?, ?)',
    ),
    documents: database.prepare<BodyRow>(
      `SELECT place, document FROM memory_evidence WHERE ${within} ORDER BY place`,
      'array',
    ),
    documentsAt: database.prepare<BodyRow>(
      `SELECT place, document FROM memory_evidence WHERE ${among} ORDER BY place`,
      'array',
    ),
    evidenceAt: database.prepare<BodyRow>(
      `SELECT place, evidence FROM memory_evidence WHERE ${among}`,
      'array',
    ),
    evidenceOf: database.prepare<BodyRow>(
      `SELECT place, evidence FROM memory_evidence
       WHERE place >> 32 = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY place`,
      'array',
    ),
    count: database.prepare<number>(`SELECT count(*) FROM memory_evidence WHERE ${within}`, 'value'),
    addStems: database.prepare('INSERT INTO memory_stem (rowid, stems) VALUES (?, ?)'),
    removeStems: database.prepare(
      "INSERT INTO memory_stem (memory_stem, rowid, stems) VALUES ('delete', ?, ?)",
    ),
    matching: database.prepare<number>(
      'SELECT rowid FROM memory_stem WHERE memory_stem MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?',
      'value',
    ),
    addVersion: database.prepare(
      'INSERT OR REPLACE INTO memory_version (place, item, body) VALUES (?, ?, ?)',
    ),
    versions: database.prepare<VersionRow>(
      `SELECT place, item, body FROM memory_version WHERE ${within} ORDER BY place, item`,
      'array',
    ),
    addVector: database.prepare(
      `INSERT OR REPLACE INTO memory_vector (place, embedder, vector)
       SELECT place, ?, ? FROM memory_evidence WHERE place = ?`,
    ),
    vectors: database.prepare<BodyRow>(
      `SELECT place, vector FROM memory_vector WHERE embedder = ? AND ${within} ORDER BY place`,
      'array',
    ),
    removeEvidence: database.prepare(`DELETE FROM memory_evidence WHERE ${within}`),
    removeVersions: database.prepare(`DELETE FROM memory_version WHERE ${within}`),
    removeVectors: database.prepare(`DELETE FROM memory_vector WHERE ${within}`),
  }
}
