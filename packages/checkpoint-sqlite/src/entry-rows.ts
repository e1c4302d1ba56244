import { dataHash, decodeValue, type SealedEntry } from '@keepup/checkpoint'
import { type ArtifactHash, type Entry, KeepupError, type Sequence, type ThreadId } from '@keepup/core'
import type { SqliteDatabase, SqliteStatement } from '@keepup/database-sqlite'

import { checksumOf, type EntryRow, entryColumns } from './entry-row.ts'
import { type Interner, internerOf } from './interner.ts'
import type { LabelRows } from './label-rows.ts'

/** An entry while it is put together. */
type Draft = { -readonly [Field in keyof Entry]: Entry[Field] }

/** How many bytes of a seal are the hash; the rest is the salt, or the hash of erased data. */
const hashLength = 32

/** Entries as rows. Threads are named by their integer; the name is what the entries are given back with. */
export class EntryRows {
  readonly #labels: LabelRows
  readonly #words: Interner
  readonly #insert: SqliteStatement<unknown>
  readonly #select: SqliteStatement<EntryRow>
  readonly #time: SqliteStatement<number>
  readonly #strip: SqliteStatement<unknown>

  constructor(database: SqliteDatabase, labels: LabelRows) {
    this.#labels = labels
    this.#words = internerOf(database, 'word')
    this.#insert = database.prepare(
      `INSERT INTO entry (place, ${entryColumns}) VALUES ((? << 32) | ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#select = database.prepare<EntryRow>(
      `SELECT place & 0xffffffff, ${entryColumns} FROM entry
       WHERE place BETWEEN (? << 32) | ? AND (? << 32) | ? ORDER BY place`,
      'array',
    )
    this.#time = database.prepare<number>('SELECT time FROM entry WHERE place = (? << 32) | ?', 'value')
    this.#strip = database.prepare(
      'UPDATE entry SET seal = ?, data = NULL, checksum = ? WHERE place = (? << 32) | ?',
    )
  }

  /** Stores one; `part` counts within its commit. */
  insert(thread: number, part: number, { entry, bytes }: SealedEntry): void {
    const row: EntryRow = [
      entry.sequence,
      part,
      this.#words.idOf(entry.type),
      entry.version,
      entry.critical ? 1 : 0,
      entry.time,
      this.#words.idOf(entry.by),
      entry.cause ?? null,
      entry.scope === undefined ? null : this.#words.idOf(entry.scope),
      this.#labels.save(entry.labels),
      entry.until ?? null,
      entry.artifacts === undefined ? null : Buffer.from(entry.artifacts.join(''), 'hex'),
      entry.id ?? null,
      Buffer.from(entry.hash + entry.salt, 'hex'),
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      0,
    ]
    this.#insert.run(thread, ...row.slice(0, -1), checksumOf(thread, row))
  }

  /** Entries `from` to `to`, both included; `thread-damaged` names one that is missing or damaged. */
  between(thread: number, name: ThreadId, from: Sequence, to: Sequence): Entry[] {
    const entries: Entry[] = []
    let expected = from
    for (const row of this.#select.all(thread, from, thread, to)) {
      if (row[0] !== expected) break
      entries.push(this.#loadNamed(thread, name, row))
      expected += 1
    }
    if (expected <= to) throw damaged(name, expected, 'it is missing')
    return entries
  }

  /** The entry at a position, if there is one. */
  at(thread: number, name: ThreadId, sequence: Sequence): Entry | undefined {
    const row = this.#select.get(thread, sequence, thread, sequence)
    return row === undefined ? undefined : this.#loadNamed(thread, name, row)
  }

  /** The time of the entry at a position, if there is one. */
  timeOf(thread: number, sequence: Sequence): number | undefined {
    return this.#time.get(thread, sequence)
  }

  /** Removes data and salt, and keeps the chain. Whether there was anything to remove. */
  erase(thread: number, name: ThreadId, sequence: Sequence): boolean {
    const row = this.#select.get(thread, sequence, thread, sequence)
    const data = row?.[14] ?? null
    if (row === undefined || data === null) return false
    const { salt, hash } = this.#loadNamed(thread, name, row)
    const seal = Buffer.from(hash + dataHash(salt, data), 'hex')
    this.#strip.run(seal, checksumOf(thread, withoutData(row, seal)), thread, sequence)
    return true
  }

  #loadNamed(thread: number, name: ThreadId, row: EntryRow): Entry {
    if (checksumOf(thread, row) !== row[15]) {
      throw damaged(name, row[0], 'its bytes changed since it was written')
    }
    try {
      return this.#load(name, row)
    } catch (cause) {
      throw damaged(name, row[0], 'it cannot be decoded', cause)
    }
  }

  #load(name: ThreadId, row: EntryRow): Entry {
    const entry = this.#header(name, row)
    const seal = row[13].toString('hex')
    const data = row[14]
    entry.hash = seal.slice(0, 2 * hashLength)
    if (data === null) {
      return Object.assign(entry, { erased: true as const, dataHash: seal.slice(2 * hashLength) })
    }
    entry.salt = seal.slice(2 * hashLength)
    entry.data = decodeValue(data)
    return entry
  }

  #header(name: ThreadId, row: EntryRow): Draft {
    const [sequence, , type, version, critical, time, by, cause, scope, labelled, until, artifacts, id] = row
    const entry: Draft = {
      thread: name,
      sequence,
      type: this.#words.textOf(type),
      version,
      critical: critical === 1,
      time,
      by: this.#words.textOf(by),
      data: undefined,
      salt: '',
      hash: '',
    }
    if (cause !== null) entry.cause = cause
    if (scope !== null) entry.scope = this.#words.textOf(scope)
    const table = this.#labels.load(labelled)
    if (table !== undefined) entry.labels = table
    if (until !== null) entry.until = until
    if (artifacts !== null) entry.artifacts = splitHashes(artifacts)
    if (id !== null) entry.id = id
    return entry
  }
}

function withoutData(row: EntryRow, seal: Buffer): EntryRow {
  const [sequence, part, type, version, critical, time, by, cause, scope, labels, until, artifacts, id] = row
  const header = [
    sequence,
    part,
    type,
    version,
    critical,
    time,
    by,
    cause,
    scope,
    labels,
    until,
    artifacts,
    id,
  ] as const
  return [...header, seal, null, 0]
}

function splitHashes(bytes: Buffer): ArtifactHash[] {
  return Array.from({ length: bytes.length / hashLength }, (_, index) =>
    bytes.toString('hex', index * hashLength, (index + 1) * hashLength),
  )
}

function damaged(thread: ThreadId, sequence: Sequence, why: string, cause?: unknown): KeepupError {
  const message =
    `Entry ${sequence} of thread ${thread} is damaged: ${why}. What lies before it can be read with ` +
    `at: ${sequence - 1}. Restore the database from a backup, or fork the thread there.`
  return new KeepupError('thread-damaged', message, { cause, details: { thread, sequence } })
}
