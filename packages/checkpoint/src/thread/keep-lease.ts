import { type Clock, KeepupError, type Lease, type Milliseconds } from '@keepup/core'

import { leaseLost } from '../lease-error.ts'

/** A lease that renews itself until it is stopped or lost. */
export interface KeptLease {
  readonly lost: AbortSignal
  /** Says that the lease is gone; the first reason counts. */
  lose(reason: unknown): void
  /** Ends the renewal; resolves once none is under way. */
  stop(): Promise<void>
}

/** Timers cannot sleep for months, and nobody should find out so late that a lease is gone. */
const longestPause: Milliseconds = 3_600_000

/**
 * Renews a lease every third of its time. A renewal that fails is tried again every twelfth until the lease must have expired; time is counted
 * in sleeps, as clocks jump. A lease without an end (`Infinity`) is never renewed.
 */
export function keepLease(lease: Lease, ttl: Milliseconds, clock: Clock): KeptLease {
  const lost = new AbortController()
  const stopping = new AbortController()
  const signal = AbortSignal.any([lost.signal, stopping.signal])
  const running = renewals().catch((error: unknown) => lost.abort(error))

  async function renewals(): Promise<void> {
    if (ttl === Infinity) return
    let sinceRenewed = 0
    while (!signal.aborted) {
      const pause = Math.min(sinceRenewed === 0 ? ttl / 3 : ttl / 12, longestPause)
      if (!(await slept(clock, pause, signal))) return
      sinceRenewed += pause
      const failure = await renewalFailure(lease, ttl)
      if (failure === undefined) sinceRenewed = 0
      else if (KeepupError.is(failure, 'lease-lost')) lost.abort(failure)
      else if (sinceRenewed >= ttl) lost.abort(leaseLost(lease.thread, lease.token, failure))
    }
  }

  return {
    lost: lost.signal,
    lose: (reason) => {
      if (!lost.signal.aborted) lost.abort(reason)
    },
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

/** Whether the whole pause passed. */
async function slept(clock: Clock, pause: Milliseconds, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(pause, signal)
    return !signal.aborted
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

async function renewalFailure(lease: Lease, ttl: Milliseconds): Promise<unknown> {
  try {
    await lease.renew(ttl)
    return undefined
  } catch (error) {
    return error
  }
}
