import type { Milliseconds, Timestamp } from '@keepup/core'

import { isSettled } from '../task/is-settled.ts'
import type { TaskJournal } from '../task/task-journal.ts'
import { taskOf } from '../task/task-thread.ts'
import type { TaskRunner } from './agent/task-runner.ts'
import type { PushOutbox } from './push/push-outbox.ts'

/** In milliseconds: notifications that a killed server left unsent are sent for tasks that ended so recently. */
const recent: Milliseconds = 48 * 60 * 60 * 1_000

/** What servers left behind that are gone. */
export interface SweptTasks {
  /** Tasks that are gone on with. */
  readonly resumed: number
  /** Tasks of which notifications are sent. */
  readonly notified: number
}

/**
 * Looks through every task for turns that were cut off, and for notifications that were not sent: the first are gone on with, or end, so that no task is working for
 * ever whose server was killed. Tasks that another living server holds are waited for.
 */
export async function sweepTasks(
  journal: TaskJournal,
  {
    runner,
    outbox,
    now,
    signal,
  }: {
    readonly runner: TaskRunner
    readonly outbox: PushOutbox
    readonly now: Timestamp
    readonly signal: AbortSignal
  },
): Promise<SweptTasks> {
  let resumed = 0
  let notified = 0
  for await (const { thread, updated } of journal.checkpointer.threads()) {
    if (signal.aborted) break
    if (taskOf(thread) === undefined) continue
    const last = await lastType(journal, thread)
    if (last === 'a2a/task-ended' && now - updated > recent) continue
    const { facts } = await journal.read(thread)
    if (!isSettled(facts)) {
      runner.wake(thread)
      resumed += 1
    }
    if (facts.push.some(({ settled }) => settled < facts.news)) {
      outbox.notify(thread)
      notified += 1
    }
  }
  return { resumed, notified }
}

async function lastType({ checkpointer }: TaskJournal, thread: string): Promise<string | undefined> {
  for await (const { types } of checkpointer.history(thread, { limit: 1 })) return types.at(-1)
  return undefined
}
