import type { Lease, Milliseconds } from '@keepup/core'

import type { ResolvedParts } from '../memory/parts.ts'

/** Does something that may take longer than a lease, such as to ask a model: the lease is renewed meanwhile. */
export async function whileHeld<T>(
  { clock }: ResolvedParts,
  lease: Lease | undefined,
  length: Milliseconds,
  work: () => Promise<T>,
): Promise<T> {
  if (lease === undefined) return work()
  const done = new AbortController()
  const renewing = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await clock.sleep(length / 3, done.signal)
      await lease.renew(length)
    }
  }
  // A lease that is lost meanwhile is told by the next renewal.
  renewing().catch(() => {})
  try {
    return await work()
  } finally {
    done.abort()
  }
}
