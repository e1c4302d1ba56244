import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError, type Milliseconds, type Owner } from '@keepup/core'

import { ownerText, parseOwner } from '../backend/owner-text.ts'
import { currentOwner, isOwnerDead } from '../owner.ts'
import { missing } from './write-durably.ts'

const pause: Milliseconds = 10
const longestWait: Milliseconds = 10_000

/**
 * Does something while nobody else, in any process, changes the keys of a folder. A lock whose process is provably dead is taken away; one that cannot be told
 * fails `database-busy` after 10 s, naming the file.
 */
export async function withRingLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const path = join(folder, 'lock')
  const end = Date.now() + longestWait
  while (!(await take(path))) {
    if (Date.now() > end) throw busy(path)
    await takeFromDead(path)
    await sleep(pause)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** Linking a whole file makes a lock that is never seen half written. */
async function take(path: string): Promise<boolean> {
  const own = currentOwner(crypto.randomUUID())
  const draft = `${path}.${own.instance}.draft`
  try {
    await writeFile(draft, ownerText(own), { flag: 'wx', mode: 0o600 })
    await link(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Of all who see the lock of a dead process only one may remove it, as another removal would hit the lock of whoever is next: the one that holds a lock of its
 * own on that, which carries the dead one's name. Where that one died as well, its lock is taken away in the same manner.
 */
async function takeFromDead(path: string): Promise<void> {
  const dead = await holderOf(path)
  if (dead === undefined || !isOwnerDead(dead)) return
  const removal = `${path}.${dead.instance}`
  if (!(await take(removal))) return takeFromDead(removal)
  try {
    if ((await holderOf(path))?.instance === dead.instance) await rm(path, { force: true })
  } finally {
    await rm(removal, { force: true })
  }
}

/** `undefined` where there is none, or it cannot be told. */
async function holderOf(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, 'utf8').catch(missing)
  try {
    return text === undefined ? undefined : parseOwner(text)
  } catch {
    return undefined
  }
}

function busy(path: string): KeepupError {
  return new KeepupError(
    'database-busy',
    `Another process has been changing keys for long. Wait until it ends; if there is none, remove ${path}.`,
  )
}
