import type { Repeat } from '@keepup/core'

import { failureFacts } from '../connection/failure-facts.ts'

/** The parameters do not fit the headers that they are due in (2026-07-28): the tool is another by now. */
const headerMismatch = -32_020

/** Whether a call may be made again: it was certainly not run, or may be run twice. One that was given up for want of an answer would only wait again. */
export function mayRepeat(error: unknown, repeat: Repeat): boolean {
  const facts = failureFacts(error)
  if (facts === undefined || facts.timedOut !== undefined) return false
  if (isHeaderMismatch(error)) return true
  if (facts.outcome === 'not-run') return facts.reconnect
  return facts.outcome === 'unknown' && repeat !== 'once' && facts.status === undefined
}

/** Whether the server's list of tools must be read anew before a call is made again. */
export function isHeaderMismatch(error: unknown): boolean {
  return failureFacts(error)?.rpcCode === headerMismatch
}
