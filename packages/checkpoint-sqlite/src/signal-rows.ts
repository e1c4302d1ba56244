import { canonicalLabels, checkSignal, decodeValue, encodeValue } from '@keepup/checkpoint'
import { isBounded, notTheHead, type PackedLabels } from '@keepup/checkpoint/backend'
import type { Channel, NewSignal, PendingSignal, SignalId, SignalReceipt, ThreadId } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { LabelRows } from './label-rows.ts'
import type { ThreadRow } from './thread-rows.ts'

type Row = readonly [
  position: number,
  id: string,
  channel: string,
  type: string,
  time: number,
  by: string,
  labels: string | null,
  data: Buffer,
]

/** Signals as rows; `capacity` bounds each channel that may be full. */
export class SignalRows {
  readonly #labels: LabelRows
  readonly #capacity: number
  readonly #statements: Statements
  /** For how many more signals there is room at least: counting them anew for each would cost more the more there are. */
  readonly #rooms = new WeakMap<ThreadRow, Map<Channel, number>>()

  constructor(database: SqliteDatabase, labels: LabelRows, capacity: number) {
    this.#labels = labels
    this.#capacity = capacity
    this.#statements = prepareAll(database)
  }

  /** The thread as the cache knows it: where another process may have sent something, it is another object. */
  send(thread: ThreadRow, signal: NewSignal): SignalReceipt {
    checkSignal(signal)
    const { id, channel, type, time, by } = signal
    const bytes = encodeValue(signal.data)
    if (this.#statements.known.get(thread.id, id) !== undefined) return 'duplicate'
    if (isBounded(channel) && this.#isFull(thread, channel)) return 'full'
    const table = signal.labels && this.#labels.pack(canonicalLabels(signal.labels))
    const labels = table === undefined ? null : JSON.stringify(table)
    this.#statements.insert.run(thread.id, id, channel, type, time, by, labels, bytes)
    return 'accepted'
  }

  /** Takes the head of a channel; `checkpoint-conflict` where it is another one. */
  take(thread: number, name: ThreadId, id: SignalId): void {
    const found = this.#statements.find.get(thread, id)
    const head = found === undefined ? undefined : this.#statements.first.get(thread, found.channel)
    if (found === undefined || head !== id) throw notTheHead(name, id, head)
    this.#statements.strip.run(found.position)
  }

  /** Those that wait, in order of arrival. One statement, as every turn of every agent asks. */
  waiting(thread: ThreadId): PendingSignal[] {
    return this.#statements.select.all(thread).map((row) => this.#load(thread, row))
  }

  /** Those that wait of what came to any thread after a position: costs as much as that, however many wait from before. */
  waitingSince(thread: ThreadId, after: number): PendingSignal[] {
    return this.#statements.since.all(after, thread).map((row) => this.#load(thread, row))
  }

  /** What came to any thread after a position, in order: where, and to which. */
  arrivals(after: number): readonly (readonly [position: number, thread: ThreadId])[] {
    return this.#statements.arrivals.all(after)
  }

  /** The position of the last signal that came to any thread. */
  last(): number {
    return this.#statements.last.get() ?? 0
  }

  count(thread: number): number {
    return this.#statements.count.get(thread) ?? 0
  }

  /** Whether there is no room for one more; takes it otherwise. What is taken out or undone meanwhile is found when the channel seems full. */
  #isFull(thread: ThreadRow, channel: Channel): boolean {
    const rooms = this.#rooms.get(thread) ?? new Map<Channel, number>()
    this.#rooms.set(thread, rooms)
    const room = rooms.get(channel) || this.#countRoom(thread, channel)
    rooms.set(channel, Math.max(0, room - 1))
    return room <= 0
  }

  #countRoom(thread: ThreadRow, channel: Channel): number {
    return this.#capacity - (this.#statements.crowd.get(thread.id, channel, this.#capacity) ?? 0)
  }

  #load(name: ThreadId, row: Row): PendingSignal {
    const [position, id, channel, type, time, by, labelled, data] = row
    return {
      id,
      thread: name,
      channel,
      type,
      time,
      by,
      ...(labelled === null ? {} : { labels: this.#labels.unpack(parseLabels(labelled)) }),
      data: decodeValue(data),
      position,
    }
  }
}

function parseLabels(text: string): PackedLabels<number> {
  // Only `send` writes this column.
  return JSON.parse(text) as PackedLabels<number>
}

type Statements = ReturnType<typeof prepareAll>

function prepareAll(database: SqliteDatabase) {
  return {
    known: database.prepare<number>('SELECT 1 FROM signal WHERE thread = ? AND id = ?', 'value'),
    crowd: database.prepare<number>(
      'SELECT count(*) FROM (SELECT 1 FROM signal WHERE thread = ? AND channel = ? AND data IS NOT NULL LIMIT ?)',
      'value',
    ),
    insert: database.prepare(
      'INSERT INTO signal (thread, id, channel, type, time, by, labels, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    find: database.prepare<{ position: number; channel: string }>(
      'SELECT position, channel FROM signal WHERE thread = ? AND id = ? AND data IS NOT NULL',
    ),
    first: database.prepare<string>(
      'SELECT id FROM signal WHERE thread = ? AND channel = ? AND data IS NOT NULL ORDER BY position LIMIT 1',
      'value',
    ),
    strip: database.prepare(
      'UPDATE signal SET type = NULL, time = NULL, by = NULL, labels = NULL, data = NULL WHERE position = ?',
    ),
    select: database.prepare<Row>(
      `SELECT position, id, channel, type, time, by, labels, data FROM signal
       WHERE thread = (SELECT id FROM thread WHERE name = ?) AND data IS NOT NULL
       ORDER BY position`,
      'array',
    ),
    since: database.prepare<Row>(
      // The plus keeps SQLite from going through all that waits instead.
      `SELECT position, id, channel, type, time, by, labels, data FROM signal
       WHERE position > ? AND +thread = (SELECT id FROM thread WHERE name = ?) AND data IS NOT NULL
       ORDER BY position`,
      'array',
    ),
    arrivals: database.prepare<readonly [position: number, thread: string]>(
      `SELECT position, name FROM signal JOIN thread ON thread.id = signal.thread
       WHERE position > ? ORDER BY position`,
      'array',
    ),
    last: database.prepare<number>('SELECT max(position) FROM signal', 'value'),
    count: database.prepare<number>(
      'SELECT count(*) FROM signal WHERE thread = ? AND data IS NOT NULL',
      'value',
    ),
  }
}
