import { type Milliseconds, systemClock, type ThreadId } from '@keepup/core'
import type { z } from 'zod'

import type { threadSummary } from '../routes/thread-summary.ts'
import { toSummary } from '../routes/to-summary.ts'
import type { ServerParts } from '../server-parts.ts'
import { collect } from './collect.ts'

/** So many of the threads that changed last are looked at. */
const looked = 200

/** A thread as it was told, with what tells whether it changed. */
export interface RecentThread {
  readonly thread: ThreadId
  readonly summary: z.input<typeof threadSummary>
  readonly text: string
}

/** The threads that changed last, newest change first, read at most `old` milliseconds ago. The same list where nothing changed. */
export type RecentThreads = (old: Milliseconds) => Promise<readonly RecentThread[]>

/** Reads the store once for all who ask at about the same time: a thousand readers cost it as much as one. */
export function recentThreads({ checkpointer, clock = systemClock }: ServerParts): RecentThreads {
  let last: readonly RecentThread[] = []
  let asked: { readonly at: number; readonly found: Promise<readonly RecentThread[]> } | undefined
  const read = async (): Promise<readonly RecentThread[]> => {
    const threads = await collect(checkpointer.threads({ limit: looked }))
    const found = threads.map(toSummary).map((summary) => ({
      thread: summary.thread,
      summary,
      text: JSON.stringify(summary),
    }))
    const isSame = found.length === last.length && found.every(({ text }, at) => text === last[at]?.text)
    if (!isSame) last = found
    return last
  }
  return (old) => {
    if (asked === undefined || clock.now() - asked.at >= old) {
      const found = read()
      asked = { at: clock.now(), found }
      // What failed is asked for anew by whoever comes next.
      found.catch(() => (asked = undefined))
    }
    return asked.found
  }
}
