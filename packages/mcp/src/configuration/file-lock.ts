import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError, type Milliseconds } from '@keepup/core'

/** How long another process is waited for. */
const patience: Milliseconds = 10_000
const pause: Milliseconds = 15

/**
 * Does something that only one process of this machine may do at a time, with a file beside `path` as the lock. One whose owner has died is taken over. Fails
 * `configuration-invalid` where another process holds it for too long.
 */
export async function withFileLock<Result>(path: string, act: () => Result): Promise<Result> {
  const lock = `${path}.lock`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  for (let waited = 0; !take(lock); waited += pause) {
    if (waited >= patience) {
      const message = `${lock} is held by another process. End that process, or remove the file.`
      throw new KeepupError('configuration-invalid', message)
    }
    takeFromDead(lock)
    await sleep(pause)
  }
  try {
    return act()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** A whole file is linked, so that a lock is never seen half written. */
function take(lock: string): boolean {
  const own = `${lock}.${randomUUID()}`
  try {
    writeFileSync(own, `${process.pid} ${randomUUID()}`, { mode: 0o600, flag: 'wx' })
    linkSync(own, lock)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** Only one process takes away the lock of a dead one: the one that makes the mark which carries that lock's name. */
function takeFromDead(lock: string): void {
  const held = readHolder(lock)
  if (held === undefined || isAlive(Number(held.split(' ')[0]))) return
  const mark = `${lock}.dead.${held.split(' ')[1] ?? ''}`
  try {
    writeFileSync(mark, '', { mode: 0o600, flag: 'wx' })
  } catch {
    return
  }
  if (readHolder(lock) === held) rmSync(lock, { force: true })
  rmSync(mark, { force: true })
}

function readHolder(lock: string): string | undefined {
  try {
    const held = readFileSync(lock, 'utf8')
    return /^\d+ [\w-]+$/.test(held) ? held : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
