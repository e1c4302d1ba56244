import type { Clock, Milliseconds } from '@keepup/core'

import { refusal } from './approval-state.ts'
import { addFailure, type Failures, noFailures } from './failures.ts'

/** A call waits for the next attempt to connect if that comes so soon, and fails at once otherwise. */
const patient: Milliseconds = 3_000
/** How often in a row a server that ended is started again without being asked for. */
const mostRestarts = 5

/** What pacing needs. */
export interface RetryParts {
  readonly server: string
  readonly clock: Clock
  readonly random: () => number
}

/** How soon a server that failed is tried again. */
export interface RetryPace {
  readonly failures: Failures
  /** It failed once more, for this reason, after it had lasted so long. */
  failed(reason: string, lived?: Milliseconds): void
  /** Whatever happened is forgotten. */
  reset(): void
  /** To be awaited before an attempt that was asked for. Fails `tool-failed` where that would take long. */
  wait(signal?: AbortSignal): Promise<void>
  /** Whether to try again without being asked, once the pause is over. Rejects when the signal is aborted meanwhile. */
  mayRestart(signal: AbortSignal): Promise<boolean>
}

/** Nothing has failed yet. */
export function createRetryPace({ server, clock, random }: RetryParts): RetryPace {
  let failures = noFailures
  const left = (): Milliseconds => failures.retryAt - clock.now()
  return {
    get failures() {
      return failures
    },
    failed(reason, lived = 0) {
      failures = addFailure(failures, reason, { now: clock.now(), random: random(), lived })
    },
    reset() {
      failures = noFailures
    },
    async wait(signal) {
      const { count, reason } = failures
      if (count === 0 || left() <= 0) return
      if (left() <= patient) return clock.sleep(left(), signal)
      const times = count === 1 ? 'once' : `${count} times in a row`
      const text = `MCP server "${server}" failed ${times}: ${reason} It is tried again in ${Math.ceil(left() / 1_000)} s.`
      throw refusal('tool-failed', server, text)
    },
    async mayRestart(signal) {
      if (failures.count > mostRestarts) return false
      await clock.sleep(Math.max(0, left()), signal)
      return true
    },
  }
}
