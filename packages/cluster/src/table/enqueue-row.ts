import type { WholeJob } from '../check-job.ts'
import type { Moment } from './moment.ts'

/** Puts a thread in line, or brings the job forward that waits for it already. */
export function enqueueRow(
  { rows, now }: Moment,
  { onlyIfMissing, ...job }: WholeJob,
  id: string,
): 'queued' | 'known' {
  const { after = now } = job
  const waiting = rows.find(job.thread, 'waiting')
  if (onlyIfMissing && (waiting ?? rows.find(job.thread, 'claimed')) !== undefined) return 'known'
  if (waiting !== undefined) {
    const priority = Math.max(waiting.priority, job.priority)
    rows.put({ ...waiting, after: Math.min(waiting.after, after), priority })
    return 'known'
  }
  rows.put({ ...job, id, state: 'waiting', after, above: 0, attempts: 0, since: now })
  return 'queued'
}
