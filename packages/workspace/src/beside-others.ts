import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError, type Milliseconds } from '@keepup/core'

import { bootTime, isThisBoot } from './boot-time.ts'
import { processLives } from './process-lives.ts'

const pause: Milliseconds = 20
const longestWait: Milliseconds = 30_000

/**
 * Does something that reads or makes snapshots, beside any number of others, in any process, but not while one deletes: what is written and not yet held by a ref
 * would be taken for rubbish. Marks are files; what a dead process left counts for nothing.
 */
export async function besideOthers<Result>(storage: string, work: () => Promise<Result>): Promise<Result> {
  const folder = join(storage, 'looks')
  const own = join(folder, markName())
  await mkdir(folder, { recursive: true })
  for (const end = Date.now() + 4 * longestWait; ; await sleep(pause)) {
    // First the mark, then the look: of two that come at once at least one sees the other.
    await writeFile(own, '')
    if (!(await isDeleting(storage))) break
    await rm(own, { force: true })
    if (Date.now() > end) throw conflict(storage, 'another process has been deleting snapshots for long')
  }
  try {
    return await work()
  } finally {
    await rm(own, { force: true })
  }
}

/** Does something while nobody else reads or makes snapshots here. Waits for those who do; fails `workspace-conflict` where they do not end. */
export async function alone<Result>(storage: string, work: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + longestWait
  while (!(await takeTurn(storage))) {
    if (Date.now() > end) throw conflict(storage, 'another process has been deleting snapshots for long')
    await sleep(pause)
  }
  try {
    while (await anyLook(storage)) {
      if (Date.now() > end) throw conflict(storage, 'another process has been looking at the files for long')
      await sleep(pause)
    }
    return await work()
  } finally {
    await rm(deletingFile(storage), { force: true })
  }
}

function deletingFile(storage: string): string {
  return join(storage, 'deleting')
}

async function takeTurn(storage: string): Promise<boolean> {
  try {
    await writeFile(deletingFile(storage), markName(), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    await isDeleting(storage)
    return false
  }
}

/** Whether a living process deletes; the mark of a dead one is taken away. */
async function isDeleting(storage: string): Promise<boolean> {
  const mark = await readFile(deletingFile(storage), 'utf8').catch(() => undefined)
  if (mark === undefined) return false
  // Empty for a moment, while it is being written.
  if (mark === '' || lives(mark)) return true
  await rm(deletingFile(storage), { force: true })
  return false
}

async function anyLook(storage: string): Promise<boolean> {
  const folder = join(storage, 'looks')
  const marks = await readdir(folder).catch(() => [])
  for (const mark of marks.filter((each) => !lives(each))) await rm(join(folder, mark), { force: true })
  return marks.some(lives)
}

function markName(): string {
  return `${process.pid}-${bootTime()}-${randomUUID()}`
}

function lives(mark: string): boolean {
  const [pid = 0, boot = 0] = mark.split('-').map(Number)
  return isThisBoot(boot) && processLives(pid)
}

function conflict(storage: string, why: string): KeepupError {
  return new KeepupError(
    'workspace-conflict',
    `The snapshots in ${storage} cannot be used: ${why}. Wait until it ends, then try again; nothing was changed.`,
  )
}
