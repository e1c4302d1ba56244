import { KeepupError, systemClock } from '@keepup/core'

/** How often a lock that is held is tried again. */
const pause = 20

/** SQLite's code for a file that another connection has locked. */
const busy = 5

/**
 * Does work while no other process holds the same file. The lock is the operating system's, which takes it back from a process that ends, however it does; SQLite
 * asks for it, as Node has no call of its own. The file stays empty.
 */
export async function withProcessLock<T>(
  file: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // Loaded on demand: few programs ever refresh a token, and Node 22 prints a warning.
  const { DatabaseSync } = await import('node:sqlite')
  const held = opened(() => new DatabaseSync(file, { timeout: 0 }), file)
  try {
    while (!isTaken(held, file)) await systemClock.sleep(pause, signal)
    signal.throwIfAborted()
    return await work()
  } finally {
    // Closing ends the transaction and with it the lock.
    held.close()
  }
}

function opened<T>(open: () => T, file: string): T {
  try {
    return open()
  } catch (cause) {
    throw notLockable(file, cause)
  }
}

function isTaken(held: { readonly exec: (sql: string) => void }, file: string): boolean {
  try {
    held.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false
    throw notLockable(file, error)
  }
}

function notLockable(file: string, cause: unknown): KeepupError {
  return new KeepupError(
    'configuration-invalid',
    `${file} cannot be locked. Make its folder writable, on a local disk, with room left; nobody was asked for tokens.`,
    { cause },
  )
}
