import { type Checkpointer, type Clock, KeepupError, type Owner, type ThreadSummary } from '@keepup/core'

import type { NewJob, RunQueue } from '../run-queue.ts'
import { isAtRest } from '../thread/is-at-rest.ts'
import { wantedJob } from '../thread/wanted.ts'

/** What a sweeper is made of. */
export interface SweeperParts {
  readonly queue: RunQueue
  readonly checkpointer: Checkpointer
  readonly clock: Clock
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/** Finds threads that want to be run and stand in no line. */
export interface Sweeper {
  /** Looks at the threads that changed last, or at every one, and at those whose wait is over. Gives the jobs that were missing. */
  sweep(reach: 'recent' | 'all'): Promise<readonly NewJob[]>
}

/** @limit How many of the threads that changed last are looked at each time. */
const recentThreads = 1_000

/** @limit How many threads that want nothing are remembered. */
const mostRemembered = 20_000

/** Why a thread cannot be read as long as nothing happens to it. */
const lasting = ['thread-damaged', 'thread-too-new'] as const

/** Makes a sweeper. */
export function createSweeper(parts: SweeperParts): Sweeper {
  const { queue, checkpointer, clock } = parts
  /** Threads that want nothing, as long as nothing happens to them. */
  const settled = new Map<string, string>()

  async function look(summary: ThreadSummary): Promise<NewJob | undefined> {
    const mark = `${summary.head} ${summary.pending}`
    if (summary.due === undefined && settled.get(summary.thread) === mark) return undefined
    const found = await wanted(summary)
    if (found === 'unread') return undefined
    const { job } = found
    if (settled.size >= mostRemembered) settled.clear()
    // A holder may die without a trace in the thread.
    if (job === undefined && summary.owner === undefined) settled.set(summary.thread, mark)
    else settled.delete(summary.thread)
    return job
  }
  /** What a thread wants; `unread`: it is looked at again next time. One that cannot be read holds up no other. */
  async function wanted(summary: ThreadSummary): Promise<{ readonly job?: NewJob } | 'unread'> {
    const { isOwnerDead } = parts
    const looking = { checkpointer, now: clock.now(), ...(isOwnerDead === undefined ? {} : { isOwnerDead }) }
    try {
      if (await isAtRest(checkpointer, summary)) return {}
      const job = await wantedJob(looking, summary)
      return job === undefined ? {} : { job }
    } catch (error) {
      // What stays so until a person has looked at it.
      const isLasting = lasting.some((code) => KeepupError.is(error, code))
      return isLasting ? {} : 'unread'
    }
  }
  return {
    async sweep(reach) {
      const passed = await passedOver(queue)
      const jobs = new Map<string, NewJob>()
      const pages = [
        checkpointer.threads(reach === 'recent' ? { limit: recentThreads } : {}),
        checkpointer.threads({ due: clock.now() }),
      ]
      for (const page of pages) {
        for await (const summary of page) {
          if (passed.has(summary.thread)) continue
          const job = await look(summary)
          if (job !== undefined && !passed.has(job.thread)) jobs.set(job.thread, job)
        }
      }
      if (jobs.size === 0) return []
      // What was claimed since it was looked at is looked after.
      const taken = await passedOver(queue)
      const all = [...jobs.values()].filter(({ thread }) => !taken.has(thread))
      if (all.length === 0) return []
      const told = await queue.enqueue(all.map((job) => ({ ...job, onlyIfMissing: true })))
      return all.filter((_, index) => told[index] === 'queued')
    },
  }
}

/** The threads that are claimed, and those that were given up, which are for a person. */
async function passedOver(queue: RunQueue): Promise<ReadonlySet<string>> {
  const [{ claims }, dead] = await Promise.all([queue.status(), queue.dead()])
  return new Set([...claims, ...dead].map(({ thread }) => thread))
}
