import { isOwnerDead } from '@keepup/checkpoint'
import type { Checkpointer, Owner, PendingSignal, ThreadId, ThreadSummary, Timestamp } from '@keepup/core'

import type { NewJob, RunReason } from '../run-queue.ts'
import { type RunStanding, readStanding } from './run-standing.ts'
import { parseSubmission, type Submission } from './submission.ts'

/** Why a worker ends a run before its end: another one goes on with it. */
export const handedOver = 'the worker hands it over to another one'

/** Where threads are looked at. */
export interface Looking {
  readonly checkpointer: Checkpointer
  readonly now: Timestamp
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/**
 * The job that a thread wants, from what stands in it alone; `undefined` where it wants none, or is none of those that were submitted to workers. What an agent of
 * another one wants, the one that a person started does: it goes on with all of them.
 */
export async function wantedJob(
  looking: Looking,
  summary: Pick<ThreadSummary, 'due' | 'owner' | 'pending' | 'thread' | 'writers'>,
): Promise<NewJob | undefined> {
  if (summary.writers === 'many' || isHeld(looking, summary)) return undefined
  const { checkpointer } = looking
  const { thread } = summary
  const standing = await readStanding(checkpointer, thread)
  const pending = summary.pending === 0 ? [] : await checkpointer.pending(thread)
  if (standing.root !== undefined) return wantedByAgent(looking, standing.root, pending)
  const submission = submissionOf(standing, pending)
  if (submission === undefined) return undefined
  const reason = reasonOf(standing, pending, { now: looking.now, due: summary.due })
  return reason === undefined ? undefined : { thread, reason, ...submission }
}

function isHeld(
  { isOwnerDead: isDead = isOwnerDead }: Looking,
  { owner }: Pick<ThreadSummary, 'owner'>,
): boolean {
  return owner !== undefined && !isDead(owner)
}

/** An answer to an agent goes to whoever waits for it. */
async function wantedByAgent(
  { checkpointer }: Looking,
  root: ThreadId,
  pending: readonly PendingSignal[],
): Promise<NewJob | undefined> {
  if (!pending.some(isAnswer)) return undefined
  const { status, submission } = await readStanding(checkpointer, root)
  if (status !== 'waiting' || submission === undefined) return undefined
  return { thread: root, reason: 'answered', ...submission }
}

function submissionOf(
  { submission }: RunStanding,
  pending: readonly PendingSignal[],
): Submission | undefined {
  return pending.map(({ id }) => parseSubmission(id)).findLast((found) => found !== undefined) ?? submission
}

function reasonOf(
  { status, outcome }: RunStanding,
  pending: readonly PendingSignal[],
  { now, due }: { readonly now: Timestamp; readonly due: Timestamp | undefined },
): RunReason | undefined {
  if (status === 'running') return 'cut-off'
  if (status === 'waiting') {
    if (pending.some(isAnswer)) return 'answered'
    if (pending.some(isHeededWhileWaiting)) return 'signalled'
    return due !== undefined && due <= now ? 'due' : undefined
  }
  if (outcome?.type === 'interrupted' && outcome.reason === handedOver) return 'handed-over'
  const message = pending.find(({ channel }) => channel === 'messages')
  if (message === undefined) return undefined
  return parseSubmission(message.id) === undefined ? 'signalled' : 'submitted'
}

function isAnswer({ channel }: PendingSignal): boolean {
  return channel.startsWith('answers:')
}

/** Words are heard between turns only: a run that waits in the middle of one would wait on. */
function isHeededWhileWaiting({ channel }: PendingSignal): boolean {
  return channel === 'control'
}
