import { canonicalLabels, checkSignal, decodeValue, encodeValue } from '@keepup/checkpoint'
import { isBounded, type PackedLabels } from '@keepup/checkpoint/backend'
import type { Hash, NewSignal, PendingSignal, SignalReceipt, ThreadId } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import type { LabelRows } from './label-rows.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'

/** A signal as `keepup_send` takes it; its data lies in the bytes beside. */
interface NewSignalRow {
  readonly thread: ThreadId
  readonly id: string
  readonly channel: string
  readonly bounded: boolean
  readonly type: string
  readonly time: number
  readonly by: string
  readonly labels: string | null
  readonly from: number
  readonly size: number
}

interface SignalRow {
  readonly position: number
  readonly id: string
  readonly channel: string
  readonly type: string
  readonly time: number
  readonly by: string
  readonly labels: string | null
  readonly data: Buffer
}

const send = statement<{ receipts: SignalReceipt[] }>(
  'SELECT keepup_signal($1::text[], $2::jsonb, $3::bytea, $4, $5) AS receipts',
)
const select = statement<SignalRow>(
  `SELECT position, id, channel, type, time, by, labels, data FROM signal
   WHERE thread = (SELECT id FROM thread WHERE name = $1) AND data IS NOT NULL AND position > $2 ORDER BY position`,
)

/** Signals as rows, with their data behind bytes that are sent with them. Fails `entry-invalid` and `value-not-storable`. */
export function packSignals(
  { labels }: Pick<Parts, 'labels'>,
  signals: readonly NewSignal[],
  before: Uint8Array,
): { readonly rows: readonly NewSignalRow[]; readonly bytes: Uint8Array } {
  const data = [before]
  let size = before.length
  const rows = signals.map((signal) => {
    checkSignal(signal)
    const { thread, id, channel, type, time, by } = signal
    const bytes = encodeValue(signal.data)
    const from = size + 1
    size += bytes.length
    data.push(bytes)
    return {
      thread,
      id,
      channel,
      type,
      time,
      by,
      from,
      bounded: isBounded(channel),
      labels:
        signal.labels === undefined ? null : JSON.stringify(labels.pack(canonicalLabels(signal.labels))),
      size: bytes.length,
    }
  })
  return { rows, bytes: signals.length === 0 ? before : Buffer.concat(data) }
}

/** Stores signals in one statement. */
export async function sendSignals(
  parts: Parts,
  session: Session,
  signals: readonly NewSignal[],
  flush: 'process' | 'power',
): Promise<readonly SignalReceipt[]> {
  const { rows, bytes } = packSignals(parts, signals, new Uint8Array())
  if (rows.length === 0) return []
  await parts.labels.store(session)
  const names = [...new Set(rows.map(({ thread }) => thread))]
  const parameters = [names, JSON.stringify(rows), bytes, session.level(flush), parts.capacity] as const
  const [result] = await session.call(send, parameters)
  session.announce(names)
  return result?.receipts ?? []
}

/** Those of a thread that wait, in order of arrival, after a position. */
export async function waitingSignals(
  labels: LabelRows,
  session: Pick<Session, 'call'>,
  thread: ThreadId,
  after: number,
): Promise<PendingSignal[]> {
  const rows = await session.call(select, [thread, after])
  const packed = rows.map((row) => (row.labels === null ? undefined : parseLabels(row.labels)))
  await labels.load(
    session,
    packed.flatMap((table) =>
      table === undefined ? [] : [table[0], ...(table[1] ?? []).map(([, id]) => id)],
    ),
  )
  return rows.map(({ labels: _, data, ...row }, index) => {
    const table = packed[index]
    return {
      ...row,
      thread,
      ...(table === undefined ? {} : { labels: labels.unpack(table) }),
      data: decodeValue(data),
    }
  })
}

function parseLabels(text: string): PackedLabels<Hash> {
  // Only `packSignals` writes this column.
  return JSON.parse(text) as PackedLabels<Hash>
}
