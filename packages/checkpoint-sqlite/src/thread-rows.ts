import { chainHash, genesisHash } from '@keepup/checkpoint'
import {
  type Hash,
  KeepupError,
  type LeaseToken,
  type Origin,
  type Sequence,
  type ThreadId,
} from '@keepup/core'
import type { SqliteDatabase, SqliteStatement } from '@keepup/database-sqlite'

import type { EntryRows } from './entry-rows.ts'

/** The lease of a thread, live or expired. */
export interface LeaseRow {
  readonly token: LeaseToken
  /** As `ownerText` writes it. */
  readonly owner: string
  readonly expires: number
}

/** A thread, or a name that was only leased or signalled: that one has no `created` and stands at 0. */
export interface ThreadRow {
  readonly id: number
  readonly name: ThreadId
  many: boolean
  created: number | undefined
  /** Grows with every change of any thread; the one with the greatest was changed last. */
  changed: number | undefined
  due: number | undefined
  base: Sequence | undefined
  origin: (Origin & { readonly id: number }) | undefined
  head: Sequence
  /** The chain's hash at the head. */
  hash: Hash
  lease: LeaseRow | undefined
  /** How many erasures have touched its history. */
  readonly erasures: number
}

type Row = readonly [
  id: number,
  name: string,
  many: number,
  created: number | null,
  changed: number | null,
  due: number | null,
  base: number | null,
  origin: number | null,
  originName: string | null,
  originAt: number | null,
  token: number | null,
  owner: string | null,
  expires: number | null,
  erasures: number,
]

const selection = `SELECT t.id, t.name, t.many, t.created, t.changed, t.due, t.base, t.origin, o.name, t.origin_at,
  l.token, l.owner, l.expires, t.erasures
  FROM thread t LEFT JOIN thread o ON o.id = t.origin LEFT JOIN lease l ON l.thread = t.id`

/** Threads as rows, read fresh at each call. */
export class ThreadRows {
  readonly #entries: EntryRows
  readonly #byName: SqliteStatement<Row>
  readonly #byId: SqliteStatement<Row>
  readonly #byOrigin: SqliteStatement<Row>
  readonly #insert: SqliteStatement<unknown>
  readonly #update: SqliteStatement<unknown>
  readonly #countErasure: SqliteStatement<unknown>
  readonly #lastHash: SqliteStatement<readonly [sequence: number, hash: Buffer]>

  constructor(database: SqliteDatabase, entries: EntryRows) {
    this.#entries = entries
    this.#byName = database.prepare<Row>(`${selection} WHERE t.name = ?`, 'array')
    this.#byId = database.prepare<Row>(`${selection} WHERE t.id = ?`, 'array')
    this.#byOrigin = database.prepare<Row>(`${selection} WHERE t.origin = ?`, 'array')
    this.#insert = database.prepare('INSERT INTO thread (name) VALUES (?)')
    this.#update = database.prepare(
      'UPDATE thread SET many = ?, created = ?, changed = ?, due = ?, base = ?, origin = ?, origin_at = ? WHERE id = ?',
    )
    this.#countErasure = database.prepare('UPDATE thread SET erasures = erasures + 1 WHERE id = ?')
    this.#lastHash = database.prepare<readonly [number, Buffer]>(
      `SELECT place & 0xffffffff, substr(seal, 1, 32) FROM entry
       WHERE place BETWEEN ? << 32 AND (? << 32) | ? ORDER BY place DESC LIMIT 1`,
      'array',
    )
  }

  find(name: ThreadId): ThreadRow | undefined {
    const row = this.#byName.get(name)
    return row === undefined ? undefined : this.#load(row)
  }

  byId(id: number): ThreadRow {
    const row = this.#byId.get(id)
    if (row === undefined) throw new KeepupError('thread-damaged', `The table thread lacks the row ${id}.`)
    return this.#load(row)
  }

  /** The row of a name, made where there is none. Only inside a body that writes. */
  ensure(name: ThreadId): ThreadRow {
    return this.find(name) ?? this.byId(Number(this.#insert.run(name).lastInsertRowid))
  }

  /** Notes that entries of a thread's history were erased. */
  countErasure({ id }: ThreadRow): void {
    this.#countErasure.run(id)
  }

  /** Stores everything but head, hash and lease, which lie elsewhere, and erasures, which are only counted. */
  save({ id, many, created, changed, due, base, origin }: ThreadRow): void {
    const forked = [origin?.id ?? null, origin?.at ?? null]
    this.#update.run(many ? 1 : 0, created ?? null, changed ?? null, due ?? null, base ?? null, ...forked, id)
  }

  /** The thread that this one was forked from. */
  parent(thread: ThreadRow): ThreadRow | undefined {
    return thread.origin === undefined ? undefined : this.byId(thread.origin.id)
  }

  /** Those forked from it directly. */
  forks(thread: ThreadRow): ThreadRow[] {
    return this.#byOrigin.all(thread.id).map((row) => this.#load(row))
  }

  /** The thread in the line of forks whose own entry a position is, and the chain's hash there. The position must exist. */
  ownerAt(thread: ThreadRow, at: Sequence): { readonly owner: ThreadRow | undefined; readonly hash: Hash } {
    let owner = thread
    while (owner.origin !== undefined && at <= owner.origin.at) owner = this.byId(owner.origin.id)
    const found = at === 0 ? undefined : this.#lastHash.get(owner.id, owner.id, at)
    if (found === undefined || found[0] !== at) return { owner: undefined, hash: genesisHash(owner.name) }
    return { owner, hash: this.#ownHash(owner, at, found[1]) }
  }

  #load(row: Row): ThreadRow {
    const [id, name, many, created, changed, due, base, ...rest] = row
    const [origin, originName, originAt, token, owner, expires, erasures] = rest
    const isForked = origin !== null && originName !== null
    const thread: ThreadRow = {
      id,
      name,
      many: many === 1,
      created: created ?? undefined,
      changed: changed ?? undefined,
      due: due ?? undefined,
      base: base ?? undefined,
      origin: isForked ? { id: origin, thread: originName, at: originAt ?? 0 } : undefined,
      head: 0,
      hash: '',
      lease: token === null ? undefined : { token, owner: owner ?? '', expires: expires ?? 0 },
      erasures,
    }
    return Object.assign(thread, this.#headOf(thread))
  }

  #headOf(thread: ThreadRow): { head: Sequence; hash: Hash } {
    if (thread.created === undefined) return { head: 0, hash: genesisHash(thread.name) }
    const last = this.#lastHash.get(thread.id, thread.id, 0xffffffff)
    if (last !== undefined) return { head: last[0], hash: this.#ownHash(thread, last[0], last[1]) }
    const at = thread.origin?.at ?? 0
    return { head: at, hash: this.ownerAt(thread, at).hash }
  }

  #ownHash(thread: ThreadRow, sequence: Sequence, hash: Buffer): Hash {
    if (sequence !== thread.base) return hash.toString('hex')
    const base = this.#entries.at(thread.id, thread.name, sequence)
    if (base === undefined) {
      throw new KeepupError('thread-damaged', `Thread ${thread.name} lost its base entry ${sequence}.`)
    }
    return chainHash(base)
  }
}
