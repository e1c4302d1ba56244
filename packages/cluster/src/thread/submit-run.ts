import { randomUUID } from 'node:crypto'

import { currentOwner } from '@keepup/checkpoint'
import {
  type Append,
  type Checkpointer,
  type Clock,
  KeepupError,
  type Lease,
  type NewEntry,
  type NewId,
  type NewSignal,
  systemClock,
  type ThreadId,
  type Transaction,
  trustedLabel,
  type UserMessage,
} from '@keepup/core'

import type { NewJob, RunQueue } from '../run-queue.ts'
import { runSubmitted, type Submission, submissionId } from './submission.ts'

/** Where runs are submitted. */
export interface SubmitParts {
  readonly checkpointer: Checkpointer
  readonly queue: RunQueue
  readonly clock?: Clock
  readonly newId?: NewId
}

/** A message that workers are to answer. */
export interface SubmitOrder {
  readonly thread: ThreadId
  readonly input: string | UserMessage['content']
  /** The same id twice for one thread is one message. A new one when left out. */
  readonly id?: string
  /** `default` when left out. */
  readonly tenant?: string
  /** 0 when left out. */
  readonly priority?: number
}

/**
 * Says something to a thread, makes it one of those that workers run, and puts it in line: in one transaction where the queue lies in a database, and durable when it
 * resolves. What stands in the thread suffices: where the job is lost, workers find the thread. Fails `input-invalid`, and `database-busy` where the mailbox of the
 * thread is full.
 */
export async function submitRun(parts: SubmitParts, order: SubmitOrder): Promise<'accepted' | 'duplicate'> {
  const { clock = systemClock, newId = randomUUID, queue } = parts
  const { thread, tenant = 'default', priority = 0, id = newId(), input } = order
  const content = typeof input === 'string' ? [{ type: 'text' as const, text: input }] : input
  if (content.length === 0 || input === '') {
    throw new KeepupError('input-invalid', `There is nothing to tell thread ${thread}: give it a text.`)
  }
  const message: NewSignal = {
    id: submissionId({ tenant, priority }, id),
    thread,
    channel: 'messages',
    type: 'message',
    time: clock.now(),
    by: 'user',
    labels: { default: { ...trustedLabel, sources: ['user'] } },
    data: { message: { role: 'user', content } },
  }
  const job: NewJob = { thread, reason: 'submitted', tenant, priority }
  await beginThread(parts, thread, { tenant, priority })
  const send = async (
    checkpointer: Checkpointer,
    within?: Transaction,
  ): Promise<'accepted' | 'duplicate'> => {
    const [receipt] = await checkpointer.signal([message], 'power')
    if (receipt === 'full') throw mailboxFull(thread)
    await queue.enqueue([job], within)
    return receipt ?? 'accepted'
  }
  if (queue.transaction === undefined) return send(parts.checkpointer)
  return queue.transaction((open) => send(parts.checkpointer.within(open), open))
}

/** A thread that nothing was written to is listed nowhere: its first entry says that workers run it. */
async function beginThread(
  { checkpointer, clock = systemClock }: SubmitParts,
  thread: ThreadId,
  submission: Submission,
): Promise<void> {
  const { head } = await checkpointer.read(thread)
  if (head > 0) return
  let lease: Lease
  try {
    lease = await checkpointer.lease(thread, currentOwner(randomUUID()), 10_000)
  } catch (error) {
    // Somebody runs it, or begins it as well.
    if (KeepupError.is(error, 'lease-held')) return
    throw error
  }
  await using held = lease
  const begun: NewEntry = {
    type: runSubmitted,
    version: 1,
    critical: false,
    time: clock.now(),
    by: 'runtime',
    data: submission,
  }
  const append: Append = { thread, after: 0, lease: held.token, entries: [begun] }
  try {
    await checkpointer.commit({ appends: [append], flush: 'power' })
  } catch (error) {
    if (!KeepupError.is(error, 'checkpoint-conflict')) throw error
  }
}

function mailboxFull(thread: ThreadId): KeepupError {
  return new KeepupError(
    'database-busy',
    `So many messages wait in thread ${thread} that it takes no more. Send it again once it was run.`,
  )
}
