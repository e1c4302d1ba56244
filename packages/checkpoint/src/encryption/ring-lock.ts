import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError, type Milliseconds } from '@keepup/core'

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
  const own = ownerText(currentOwner(crypto.randomUUID()))
  const end = Date.now() + longestWait
  while (!(await take(path, own))) {
    if (Date.now() > end) throw busy(path)
    await sleep(pause)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string, own: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(own)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const text = await readFile(path, 'utf8').catch(missing)
  // One that is being written is empty for a moment.
  if (text !== undefined && text !== '' && isOwnerDead(parseOwner(text))) await rm(path, { force: true })
  return false
}

function busy(path: string): KeepupError {
  return new KeepupError(
    'database-busy',
    `Another process has been changing keys for long. Wait until it ends; if there is none, remove ${path}.`,
  )
}
