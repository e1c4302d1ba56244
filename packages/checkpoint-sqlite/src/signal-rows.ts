import { canonicalLabels, checkSignal, decodeValue, encodeValue } from '@keepup/checkpoint'
import { isBounded, notTheHead, type PackedLabels } from '@keepup/checkpoint/backend'
import type { Channel, NewSignal, PendingSignal, SignalId, SignalReceipt, ThreadId } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { LabelRows } from './label-rows.ts'

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

  constructor(database: SqliteDatabase, labels: LabelRows, capacity: number) {
    this.#labels = labels
    this.#capacity = capacity
    this.#statements = prepareAll(database)
  }

  send(thread: number, signal: NewSignal): SignalReceipt {
    checkSignal(signal)
    const { id, channel, type, time, by } = signal
    const bytes = encodeValue(signal.data)
    if (this.#statements.known.get(thread, id) !== undefined) return 'duplicate'
    if (isBounded(channel) && this.#isFull(thread, channel)) return 'full'
    const table = signal.labels && this.#labels.pack(canonicalLabels(signal.labels))
    const labels = table === undefined ? null : JSON.stringify(table)
    this.#statements.insert.run(thread, id, channel, type, time, by, labels, bytes)
    return 'accepted'
  }

  /** Takes the head of a channel; `checkpoint-conflict` where it is another one. */
  take(thread: number, name: ThreadId, id: SignalId): void {
    const found = this.#statements.find.get(thread, id)
    const head = found === undefined ? undefined : this.#statements.first.get(thread, found.channel)
    if (found === undefined || head !== id) throw notTheHead(name, id, head)
    this.#statements.strip.run(found.position)
  }

  /** Those that wait, in order of arrival, after a position. One statement, as every turn of every agent asks. */
  waiting(thread: ThreadId, after: number): PendingSignal[] {
    return this.#statements.select.all(thread, after).map((row) => this.#load(thread, row))
  }

  count(thread: number): number {
    return this.#statements.count.get(thread) ?? 0
  }

  #isFull(thread: number, channel: Channel): boolean {
    return (this.#statements.crowd.get(thread, channel, this.#capacity) ?? 0) >= this.#capacity
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
       WHERE thread = (SELECT id FROM thread WHERE name = ?) AND data IS NOT NULL AND position > ?
       ORDER BY position`,
      'array',
    ),
    count: database.prepare<number>(
      'SELECT count(*) FROM signal WHERE thread = ? AND data IS NOT NULL',
      'value',
    ),
  }
}
