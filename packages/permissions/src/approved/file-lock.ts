import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

import type { Clock, Milliseconds } from '@keepup/core'

import { invalidRules } from '../invalid-rules.ts'

/** How long another process is waited for. */
const patience: Milliseconds = 10_000
const pause: Milliseconds = 15

/**
 * Does something that only one process of this machine may do at a time, with a file beside `path` as the lock. One whose owner has died is taken over.
 *
 * @throws KeepupError `configuration-invalid`, where another process holds it for too long.
 */
export async function withLock<Result>(path: string, clock: Clock, act: () => Result): Promise<Result> {
  const lock = `${path}.lock`
  const token = `${process.pid} ${randomUUID()}`
  for (let waited = 0; !take(lock, token); waited += pause) {
    if (waited >= patience) {
      throw invalidRules(lock, 'is held by another process', 'end that process, or remove the file')
    }
    takeFromDead(lock)
    await clock.sleep(pause)
  }
  try {
    return act()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Linking a whole file makes a lock that is never seen half written. */
function take(lock: string, token: string): boolean {
  const own = `${lock}.${token.split(' ')[1] ?? ''}`
  try {
    writeFileSync(own, token, { mode: 0o600, flag: 'wx' })
    linkSync(own, lock)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** Only one process may take away the lock of a dead one: the one that makes the mark which carries that lock's name. */
function takeFromDead(lock: string): void {
  const held = readHolder(lock)
  if (held === undefined || isAlive(held.pid)) return
  const mark = `${lock}.broken.${held.name}`
  try {
    writeFileSync(mark, '', { mode: 0o600, flag: 'wx' })
  } catch {
    return
  }
  if (readHolder(lock)?.name === held.name) rmSync(lock, { force: true })
  rmSync(mark, { force: true })
}

function readHolder(lock: string): { readonly pid: number; readonly name: string } | undefined {
  try {
    const [pid, name = ''] = readFileSync(lock, 'utf8').split(' ')
    return /^[\w-]+$/.test(name) ? { pid: Number(pid), name } : undefined
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

/** The system's name of an error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
