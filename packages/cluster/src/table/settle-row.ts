import { pauseAfter } from '../queue-settings.ts'
import type { ClaimEnd } from '../run-queue.ts'
import type { Moment } from './moment.ts'
import type { JobRow } from './queue-rows.ts'

/** Ends a claim that is held. */
export function settleRow(moment: Moment, row: JobRow, end: ClaimEnd, version: number): void {
  const { rows, now } = moment
  switch (end.type) {
    case 'done': {
      rows.remove(row.id)
      const dead = rows.find(row.thread, 'dead')
      if (dead !== undefined) rows.remove(dead.id)
      return
    }
    case 'again':
      return putBack(moment, { ...row, after: now + end.after })
    case 'newer':
      return putBack(moment, { ...row, above: version, after: now })
    case 'failed':
      return failRow(moment, row, end.reason)
  }
}

/** Counts an attempt that failed or was lost: the job waits again, or is dead. */
export function failRow(moment: Moment, row: JobRow, failure: string | undefined): void {
  const { rows, settings, now } = moment
  const attempts = row.attempts + 1
  const { holder: _, failure: __, ...job } = row
  const counted = { ...job, attempts, ...(failure === undefined ? {} : { failure }) }
  if (attempts < settings.attempts) {
    // A lost claim is nobody's fault: the next worker may have it at once.
    const pause = failure === undefined ? 0 : pauseAfter(settings, attempts)
    return putBack(moment, { ...counted, after: now + pause })
  }
  const earlier = rows.find(row.thread, 'dead')
  if (earlier !== undefined) rows.remove(earlier.id)
  rows.put({ ...counted, state: 'dead', since: now })
}

/** A job waits again; one that came for its thread meanwhile stands for both. */
function putBack({ rows, now }: Moment, { holder: _, ...row }: JobRow): void {
  const other = rows.find(row.thread, 'waiting')
  if (other === undefined) return rows.put({ ...row, state: 'waiting', since: now })
  rows.remove(row.id)
  const attempts = Math.max(other.attempts, row.attempts)
  const above = Math.max(other.above, row.above)
  rows.put({ ...other, attempts, above })
}
