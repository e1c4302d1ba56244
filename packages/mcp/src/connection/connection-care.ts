import { type Clock, KeepupError, type Milliseconds } from '@keepup/core'

import { type FailureFacts, failureFacts } from './failure-facts.ts'

/** How long a server that gave no answer in time has to show that it is there at all. */
const showing: Milliseconds = 10_000
/** After so long without an answer a connection is asked whether it is there. */
const quiet: Milliseconds = 30_000

/** What caring for a connection needs. */
export interface CareParts {
  readonly clock: Clock
  /** Whether the connection can die without anybody being told, as one by HTTP can. */
  readonly remote: boolean
  readonly check: (timeout: Milliseconds, signal?: AbortSignal) => Promise<void>
  /** Ends the connection, for a reason. */
  readonly end: (reason: string) => void
}

/** Finds out when a connection is of no use any more. */
export interface ConnectionCare {
  /** The server answered. */
  readonly answered: () => void
  /** A request failed so: the connection is ended where that says so, and looked after where it may. Gives the failure, in the light of what is known. */
  readonly failed: (error: KeepupError) => KeepupError
  /** What it was connected with is only remembered: where the first request shows it to be wrong, `forget` is called and the connection is ended. */
  doubt(forget: () => Promise<void>): void
  /**
   * To be awaited before a request that must not be made twice: a connection that was quiet for long may be dead without anybody having said so, and it is
   * better found out by a request that does nothing. Fails as one that was not run.
   */
  wake(signal?: AbortSignal): Promise<void>
}

/** Cares for a connection from now on. */
export function createCare({ clock, remote, check, end }: CareParts): ConnectionCare {
  let heardAt = clock.now()
  let forget: (() => Promise<void>) | undefined
  let looking = false
  const lookAfter = async (): Promise<void> => {
    if (looking) return
    looking = true
    try {
      await check(showing)
    } catch (error) {
      if (isDead(error)) end('it does not answer any more')
    } finally {
      looking = false
    }
  }
  return {
    answered() {
      forget = undefined
      heardAt = clock.now()
    },
    failed(error) {
      const facts = failureFacts(error)
      if (forget !== undefined && facts !== undefined && isOutdated(facts)) {
        void forget()
        forget = undefined
        end('what was remembered of its protocol is out of date')
        return asNotRun(error)
      }
      if (facts?.reconnect === true) end(error.message)
      else if (facts?.timedOut !== undefined) void lookAfter()
      return error
    },
    doubt(next) {
      forget = next
    },
    async wake(signal) {
      if (!remote || clock.now() - heardAt < quiet) return
      try {
        await check(showing, signal)
      } catch (error) {
        if (!isDead(error)) return
        end('it did not answer after a while of quiet')
        throw asNotRun(error)
      }
    },
  }
}

/** An answer in JSON-RPC, whatever it says, is one of somebody who is there. */
function isDead(error: unknown): error is KeepupError {
  return KeepupError.is(error) && failureFacts(error)?.rpcCode === undefined
}

/** The answers of a server that does not speak the protocol that was remembered of it; nothing was run. */
function isOutdated({ rpcCode, status }: FailureFacts): boolean {
  if (status !== undefined) return [400, 404, 405, 406, 415].includes(status)
  return rpcCode !== undefined && [-32_600, -32_601, -32_022, -32_000].includes(rpcCode)
}

function asNotRun(error: KeepupError): KeepupError {
  const { timedOut: _late, ...details } = error.details
  const facts = { ...details, outcome: 'not-run', reconnect: true }
  return new KeepupError(error.code, error.message, { cause: error, details: facts })
}
