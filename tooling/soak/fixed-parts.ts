import type { Clock, ThreadId, Timestamp } from '@keepup/core'

/** The one moment of a soak: then what two backends write is the same to the byte. Leases do not expire; those of the dead are taken. */
export const moment: Timestamp = 1_700_000_000_000

/** Clock and salts that make backends comparable. */
export const fixedParts: { readonly clock: Clock; readonly newSalt: () => string } = {
  clock: { now: () => moment, sleep: () => Promise.resolve() },
  newSalt: () => '0'.repeat(32),
}

/** The thread that takes what another process signals. The order of two processes is nobody's to foresee, so the model leaves it out. */
export const inbox = 'inbox'

/** Names that may come to exist besides those of forks; signals may wait for them before they do. */
export const roots: readonly ThreadId[] = ['a', 'b', 'c', 'd']
