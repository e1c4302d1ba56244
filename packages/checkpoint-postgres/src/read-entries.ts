import { damagedEntry, type Stretch } from '@keepup/checkpoint/backend'
import type { Entry } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import { entryColumns, type EntryRow, fromRow, labelsIn } from './entry-row.ts'
import type { LabelRows } from './label-rows.ts'
import type { Session } from './session.ts'

const select = statement<EntryRow>(
  `SELECT ${entryColumns} FROM unnest($1::bigint[], $2::integer[], $3::integer[]) WITH ORDINALITY AS s(thread, first, last, place)
   JOIN entry e ON e.thread = s.thread AND e.sequence BETWEEN s.first AND s.last ORDER BY s.place, e.sequence`,
)
const selectOne = statement<EntryRow>(
  `SELECT ${entryColumns} FROM entry e WHERE e.thread = $1 AND e.sequence BETWEEN $2 AND $3 ORDER BY e.sequence`,
)

/** The entries of stretches, in their order; `thread-damaged` names one that is missing or damaged. One round trip, but for labels not met before. */
export async function readEntries(
  labels: LabelRows,
  session: Pick<Session, 'call'>,
  stretches: readonly Stretch[],
): Promise<Entry[]> {
  const [first] = stretches
  if (first === undefined) return []
  const rows = await (stretches.length === 1
    ? session.call(selectOne, [first.id, first.from, first.to])
    : session.call(select, [
        stretches.map(({ id }) => id),
        stretches.map(({ from }) => from),
        stretches.map(({ to }) => to),
      ]))
  await labels.load(session, labelsIn(rows))
  const entries: Entry[] = []
  for (const { name, from, to } of stretches) {
    for (let sequence = from; sequence <= to; sequence += 1) {
      // A missing row shows as one whose checksum is that of another sequence, or at the end.
      const row = rows[entries.length]
      if (row === undefined) throw damagedEntry(name, sequence, 'it is missing')
      entries.push(fromRow(name, sequence, row, labels))
    }
  }
  return entries
}
