import { KeepupError, type Milliseconds } from '@keepup/core'

/** Fails `input-invalid` for a lease that would not last. */
export function checkDuration(ttl: Milliseconds): void {
  if (Number.isFinite(ttl) && ttl > 0) return
  throw new KeepupError('input-invalid', `A lease must last for some milliseconds, but ttl is ${ttl}.`)
}
