import { type Clock, KeepupError, type Lease, type Milliseconds, type ThreadId } from '@keepup/core'

import { eventOf, type TaskEvent } from '../../task/task-events.ts'
import type { TaskJournal } from '../../task/task-journal.ts'
import type { PushTarget } from '../../task/task-state.ts'
import { notificationOf } from './notification-of.ts'
import { type Posted, postNotification } from './post-notification.ts'
import type { PushRules } from './push-target.ts'

/** Sends notifications about tasks. What is to be sent stands in the tasks' logs, and what was sent: a kill loses none, and may repeat the last. */
export interface PushOutbox extends AsyncDisposable {
  /** Looks after the notifications of a task until none is left. Returns at once. */
  readonly notify: (thread: ThreadId) => void
  /** How many tasks are looked after. */
  readonly busy: number
}

/** What an outbox is made of. */
export interface OutboxParts {
  readonly journal: TaskJournal
  readonly clock: Clock
  readonly rules: PushRules
  readonly note: (text: string) => void
  /** How often a notification is tried; 8 when left out. */
  readonly mostAttempts?: number
  /** In milliseconds: the pause after the first failure, doubled after each; 1,000 when left out. */
  readonly firstPause?: Milliseconds
}

/** In milliseconds: while notifications are sent, no other process sends those of the task. */
const leaseTime: Milliseconds = 60_000
/** In milliseconds. */
const longestPause: Milliseconds = 60_000

/** Makes the outbox of a server. */
export function createPushOutbox(parts: OutboxParts): PushOutbox {
  const closing = new AbortController()
  const running = new Map<ThreadId, Promise<void>>()
  const again = new Set<ThreadId>()

  function notify(thread: ThreadId): void {
    if (closing.signal.aborted) return
    if (running.has(thread)) {
      again.add(thread)
      return
    }
    const done = empty(parts, thread, closing.signal)
      .catch((error: unknown) => {
        if (!closing.signal.aborted) parts.note(`notifications of ${thread} were not sent: ${String(error)}`)
      })
      .finally(() => {
        running.delete(thread)
        if (again.delete(thread)) notify(thread)
      })
    running.set(thread, done)
  }
  return {
    notify,
    get busy() {
      return running.size
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new KeepupError('interrupted', 'The server ends.'))
      await Promise.all(running.values())
    },
  }
}

async function empty(parts: OutboxParts, thread: ThreadId, signal: AbortSignal): Promise<void> {
  const { journal } = parts
  const { facts } = await journal.read(thread)
  if (facts.push.every(({ settled }) => settled >= facts.news)) return
  const lease = await takeOutbox(parts, thread, signal)
  if (lease === undefined) return
  try {
    const { facts: held } = await journal.read(thread)
    await Promise.all(held.push.map((target) => emptyFor(parts, { thread, target, lease, signal })))
  } finally {
    await lease.release()
  }
}

/** Nothing where another process sends them, which sees what is new before it ends. */
async function takeOutbox(
  { journal, clock }: OutboxParts,
  thread: ThreadId,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const owner = journal.owner()
  for (let pause = 100; ; pause = Math.min(pause * 2, leaseTime)) {
    try {
      return await journal.checkpointer.lease(`a2a-push-${thread}`, owner, leaseTime)
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) throw error
      await clock.sleep(pause, signal)
    }
  }
}

interface Sending {
  readonly thread: ThreadId
  readonly target: PushTarget
  readonly lease: Lease
  readonly signal: AbortSignal
}

/** One after the other, in the order of the log. */
async function emptyFor(parts: OutboxParts, sending: Sending): Promise<void> {
  const { journal } = parts
  const { thread, target } = sending
  const { facts, head } = await journal.read(thread)
  const { task } = facts
  if (task === undefined) return
  for await (const entry of journal.checkpointer.log(thread, target.settled)) {
    if (entry.sequence > head) return
    const event = eventOf(task, entry)
    if (event === undefined || event.sequence > facts.news) continue
    if (!(await send(parts, sending, event))) return
  }
}

/** Tries until it is delivered or given up, and writes down which. Whether the target is still registered. */
async function send(parts: OutboxParts, sending: Sending, event: TaskEvent): Promise<boolean> {
  const { journal, clock, rules, mostAttempts = 8, firstPause = 1_000, note } = parts
  const { thread, target, lease, signal } = sending
  let pause = firstPause
  for (let attempts = 1; ; attempts += 1) {
    const { facts } = await journal.read(thread)
    if (facts.task === undefined || !facts.push.some(({ id }) => id === target.id)) return false
    await lease.renew(leaseTime)
    const notification = notificationOf(target, event.response, facts.task)
    const posted = await postNotification(notification, { rules, clock, signal })
    if (posted.type !== 'retry' || attempts >= mostAttempts) {
      if (posted.type !== 'delivered') note(`a notification of ${thread} was given up: ${posted.reason}`)
      await settle(parts, sending, { about: event.sequence, attempts, posted })
      return true
    }
    await clock.sleep(pause, signal)
    pause = Math.min(pause * 2, longestPause)
  }
}

async function settle(
  { journal }: OutboxParts,
  { thread, target }: Sending,
  { about, attempts, posted }: { readonly about: number; readonly attempts: number; readonly posted: Posted },
): Promise<void> {
  const isDelivered = posted.type === 'delivered'
  const outcome = isDelivered ? 'delivered' : 'given-up'
  const reason = isDelivered ? {} : { reason: posted.reason.slice(0, 500) }
  const data = { config: target.id, about, outcome, attempts, ...reason } as const
  await journal.append(thread, [{ type: 'a2a/push-settled', data }])
}
