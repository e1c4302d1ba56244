import { type AgentEvent, isLive, KeepupError, type ThreadId } from '@keepup/core'

import type { Claim, NewJob } from '../run-queue.ts'
import { handedOver, wantedJob } from '../thread/wanted.ts'
import type { WholeParts, WorkerNews } from './worker-parts.ts'

/** How a run of a claim came to its end, and what is to become of the claim. */
export type ClaimRun = Pick<Extract<WorkerNews, { type: 'settled' }>, 'end' | 'error' | 'run'>

/** How long a job waits whose thread somebody else has, at least and at most. */
const shortest = 200
const longest = 5_000

/** Runs the thread of a claim until it is finished or waits. Never rejects. */
export async function runClaim(parts: WholeParts, claim: Claim, signal: AbortSignal): Promise<ClaimRun> {
  try {
    const last = await lastEntry(parts.runAgent({ thread: claim.thread, unattended: 'wait', signal }))
    if (last?.type === 'run-waiting') return { end: { type: 'done' }, run: 'waiting' }
    if (last?.type !== 'run-finished') {
      throw new KeepupError(
        'internal',
        `The run of thread ${claim.thread} ended without an end. Look at its log.`,
      )
    }
    const { outcome } = last.data
    if (outcome.type !== 'interrupted' || outcome.reason !== handedOver) {
      return { end: { type: 'done' }, run: 'finished' }
    }
    return { end: { type: 'again', after: 0 }, run: 'handed-over' }
  } catch (error) {
    return afterFailure(parts, claim.thread, error)
  }
}

async function lastEntry(events: AsyncIterable<AgentEvent>) {
  let last: Exclude<AgentEvent, { live: true }> | undefined
  for await (const event of events) if (!isLive(event)) last = event
  return last
}

/** What becomes of a claim whose thread could not be run. */
async function afterFailure(parts: WholeParts, thread: ThreadId, error: unknown): Promise<ClaimRun> {
  if (KeepupError.is(error, 'lease-held')) {
    const { expires } = error.details
    const left = typeof expires === 'number' ? expires - parts.clock.now() : longest
    const after = Math.min(Math.max(left, shortest), longest)
    return { end: { type: 'again', after }, run: 'failed', error }
  }
  if (KeepupError.is(error, 'lease-lost'))
    return { end: { type: 'again', after: shortest }, run: 'failed', error }
  if (KeepupError.is(error, 'thread-too-new')) return { end: { type: 'newer' }, run: 'failed', error }
  const reason = error instanceof Error ? error.message : String(error)
  try {
    // Somebody else was faster, or what was to be done was taken back.
    if ((await stillWanted(parts, thread)) === undefined)
      return { end: { type: 'done' }, run: 'nothing-to-do' }
  } catch {
    // It cannot be read now: it is tried again.
  }
  return { end: { type: 'failed', reason: reason.slice(0, 2_000) }, run: 'failed', error }
}

/** The job that a thread wants, nobody running it. */
export function stillWanted(
  { checkpointer, clock, isOwnerDead }: WholeParts,
  thread: ThreadId,
): Promise<NewJob | undefined> {
  const looking = { checkpointer, now: clock.now(), ...(isOwnerDead === undefined ? {} : { isOwnerDead }) }
  return wantedJob(looking, { thread, writers: 'one', pending: 1 })
}
