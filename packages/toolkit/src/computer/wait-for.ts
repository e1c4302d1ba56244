import { setTimeout as delay } from 'node:timers/promises'

import type { Milliseconds } from '@keepup/core'

/** Resolves after a time; rejects where the signal is aborted before. */
export async function waitFor(time: Milliseconds, signal?: AbortSignal): Promise<void> {
  await delay(time, undefined, signal === undefined ? {} : { signal })
}

/** What work comes to, or `late` where it takes longer: it is not waited for any more, and its failure is nobody's. */
export async function within<T>(time: Milliseconds, work: Promise<T>): Promise<T | 'late'> {
  const done = new AbortController()
  const late = waitFor(time, done.signal).then((): 'late' => 'late')
  late.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}
