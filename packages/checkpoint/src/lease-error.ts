import { KeepupError, type LeaseToken, type Owner, type ThreadId, type Timestamp } from '@keepup/core'

/** The error for a thread whose live lease belongs to another owner; it names the holder and says what can be done. */
export function leaseHeld(
  held: { readonly thread: ThreadId; readonly owner: Owner; readonly expires: Timestamp },
  cause?: unknown,
): KeepupError {
  const { thread, owner, expires } = held
  const message =
    `Thread ${thread} is held by process ${owner.process} on ${owner.host} until ${moment(expires)} unless it renews. ` +
    'Send it a signal instead, end that process, or try again after that time.'
  return new KeepupError('lease-held', message, { cause, details: { thread, owner, expires } })
}

/** The error for an append, a renewal or a pruning without the live lease. */
export function leaseLost(thread: ThreadId, token: LeaseToken | undefined, cause?: unknown): KeepupError {
  const without =
    token === undefined ? 'comes without a lease' : `has token ${token}, which is not the live lease`
  const message = `A write to thread ${thread} ${without}. Nothing was written. Take the lease again and read the thread before going on.`
  return new KeepupError('lease-lost', message, { cause, details: { thread, token } })
}

function moment(time: Timestamp): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString()
}
