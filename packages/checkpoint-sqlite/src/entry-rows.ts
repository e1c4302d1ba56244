import { dataHash } from '@keepup/checkpoint'
import { damagedEntry, rareOf, restoreEntry } from '@keepup/checkpoint/backend'
import type { Entry, Sequence, ThreadId } from '@keepup/core'
import type { SqliteDatabase, SqliteStatement } from '@keepup/database-sqlite'

import { checksumOf } from './entry-checksum.ts'
import { createEntryKinds, type EntryKinds } from './entry-kinds.ts'
import type { LabelRows } from './label-rows.ts'

type Row = readonly [
  kind: number,
  time: number,
  cause: number | null,
  label: number | null,
  rare: string | null,
  checksum: number,
  seal: string,
  data: string | null,
]

/** An entry, and its data as bytes unless it was erased. */
interface Sealed {
  readonly entry: Entry
  readonly bytes: Uint8Array | undefined
}

/** Entries as rows. Threads are named by their integer; the name is what the entries are given back with. */
export class EntryRows {
  readonly #labels: LabelRows
  readonly #kinds: EntryKinds
  readonly #insert: SqliteStatement<unknown>
  readonly #select: SqliteStatement<Row>
  readonly #time: SqliteStatement<number>
  readonly #replace: SqliteStatement<unknown>

  constructor(database: SqliteDatabase, labels: LabelRows) {
    this.#labels = labels
    this.#kinds = createEntryKinds(database)
    this.#insert = database.prepare(
      `INSERT INTO entry (place, part, id, kind, time, cause, label, rare, checksum, seal, data)
       VALUES ((? << 32) | ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT))`,
    )
    // Text is read several times faster than bytes.
    this.#select = database.prepare<Row>(
      `SELECT kind, time, cause, label, rare, checksum, lower(hex(seal)), data
       FROM entry WHERE place BETWEEN (? << 32) | ? AND (? << 32) | ? ORDER BY place`,
      'array',
    )
    this.#time = database.prepare<number>('SELECT time FROM entry WHERE place = (? << 32) | ?', 'value')
    this.#replace = database.prepare(
      'UPDATE entry SET checksum = ?, seal = ?, data = NULL WHERE place = (? << 32) | ?',
    )
  }

  /** Stores one; `part` counts within its commit. One that was erased elsewhere has no bytes. */
  insert(thread: number, part: number, { entry, bytes }: Sealed): void {
    const { sequence, time } = entry
    const kind = this.#kinds.idOf(entry)
    const cause = typeof entry.cause === 'number' ? entry.cause : null
    const table = entry.labels && this.#labels.pack(entry.labels)
    const label = table?.length === 1 ? table[0] : null
    const rare = rareOf(entry, table)
    const seal = entry.hash + (bytes === undefined ? (entry.dataHash ?? '') : entry.salt)
    const data = bytes ?? null
    const checksum = checksumOf({ thread, sequence, kind, time, cause, label, rare, seal, data })
    const header = [entry.id ?? null, kind, time, cause, label, rare] as const
    this.#insert.run(thread, sequence, part, ...header, checksum, Buffer.from(seal, 'hex'), data)
  }

  /** Entries `from` to `to`, both included; `thread-damaged` names one that is missing or damaged. */
  between(thread: number, name: ThreadId, from: Sequence, to: Sequence): Entry[] {
    let sequence = from
    // A missing row shows as one whose checksum is that of another sequence, or at the end.
    const entries = this.#select
      .all(thread, from, thread, to)
      .map((row) => this.#load(thread, name, sequence++, row))
    if (sequence <= to) throw damagedEntry(name, sequence, 'it is missing')
    return entries
  }

  /** The entry at a position, if there is one. */
  at(thread: number, name: ThreadId, sequence: Sequence): Entry | undefined {
    const row = this.#select.get(thread, sequence, thread, sequence)
    return row === undefined ? undefined : this.#load(thread, name, sequence, row)
  }

  /** The time of the entry at a position, if there is one. */
  timeOf(thread: number, sequence: Sequence): number | undefined {
    return this.#time.get(thread, sequence)
  }

  /** Removes data and salt, and keeps the chain. Whether there was anything to remove. */
  erase(thread: number, name: ThreadId, sequence: Sequence): boolean {
    const row = this.#select.get(thread, sequence, thread, sequence)
    if (row === undefined) return false
    const entry = this.#load(thread, name, sequence, row)
    if (entry.erased === true) return false
    const [kind, time, cause, label, rare, , , text] = row
    const seal = entry.hash + dataHash(entry.salt, Buffer.from(text ?? ''))
    const checksum = checksumOf({ thread, sequence, kind, time, cause, label, rare, seal, data: null })
    this.#replace.run(checksum, Buffer.from(seal, 'hex'), thread, sequence)
    return true
  }

  #load(thread: number, name: ThreadId, sequence: Sequence, row: Row): Entry {
    const [kind, time, cause, label, rare, checksum, seal, data] = row
    if (checksumOf({ thread, sequence, kind, time, cause, label, rare, seal, data }) !== checksum) {
      throw damagedEntry(
        name,
        sequence,
        'its bytes changed since it was written, or the entry before it is missing',
      )
    }
    try {
      return this.#decode(name, sequence, row)
    } catch (error) {
      throw damagedEntry(name, sequence, 'it cannot be decoded', error)
    }
  }

  #decode(thread: ThreadId, sequence: Sequence, row: Row): Entry {
    const [id, time, cause, label, rare, , seal, data] = row
    const kind = this.#kinds.load(id)
    return restoreEntry(thread, sequence, { kind, time, cause, label, rare, seal, data }, (each: number) =>
      this.#labels.labelOf(each),
    )
  }
}
