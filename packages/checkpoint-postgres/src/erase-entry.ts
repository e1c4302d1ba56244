import { dataHash } from '@keepup/checkpoint'
import type { Sequence } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

import { checksumOf, entryColumns, type EntryRow, fromRow, labelsIn } from './entry-row.ts'
import type { LockedThread } from './locked-thread.ts'
import type { Parts } from './parts.ts'

const select = statement<EntryRow>(
  `SELECT ${entryColumns} FROM entry e WHERE e.thread = $1 AND e.sequence = $2`,
)
const replace = statement(
  "UPDATE entry SET checksum = $3, seal = decode($4, 'hex'), data = NULL WHERE thread = $1 AND sequence = $2",
)

/** Removes data and salt of an entry, and keeps the chain. Whether there was anything to remove. */
export async function eraseEntry(
  { labels }: Parts,
  session: PostgresSession,
  thread: LockedThread,
  sequence: Sequence,
): Promise<boolean> {
  const [row] = await session.query(select, thread.id, sequence)
  if (row === undefined) return false
  await labels.load(
    { call: (statement_, parameters) => session.query(statement_, ...parameters) },
    labelsIn([row]),
  )
  const entry = fromRow(thread.name, sequence, row, labels)
  if (entry.erased === true) return false
  const seal = entry.hash + dataHash(entry.salt, row.data ?? new Uint8Array())
  const texts = { ...row, label: row.label?.toString('hex') ?? null, seal }
  await session.query(replace, thread.id, sequence, checksumOf(thread.name, texts, null), seal)
  return true
}
