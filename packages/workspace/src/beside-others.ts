import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { KeepupError, type Milliseconds } from '@keepup/core'

import { bootTime, isThisBoot } from './boot-time.ts'
import { processLives } from './process-lives.ts'

const pause: Milliseconds = 20
const longestWait: Milliseconds = 30_000
/** Of a UUID. */
const lengthOfId = 36

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
  return !(await isDeleting(storage)) && take(deletingFile(storage))
}

/** Linking a whole file makes a mark that is never seen half written. */
async function take(path: string): Promise<boolean> {
  const mark = markName()
  const draft = `${path}.draft-${mark}`
  try {
    await writeFile(draft, mark, { flag: 'wx' })
    await link(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Whether a process deletes, or did until a moment ago; the mark of a dead one is taken away. */
async function isDeleting(storage: string): Promise<boolean> {
  const mark = await readMark(deletingFile(storage))
  if (mark === undefined) return false
  await takeFromDead(deletingFile(storage), mark)
  return true
}

/**
 * Of all who see the mark of a dead process only one may remove it, as another removal would hit the mark of whoever is next: the one that holds a mark of its own
 * on that, which carries the dead one's name. Where that one died as well, its mark is taken away in the same manner.
 */
async function takeFromDead(path: string, mark: string): Promise<void> {
  if (lives(mark)) return
  const removal = `${path}.${mark.slice(-lengthOfId).replaceAll(/[^\w-]/g, '_')}`
  if (!(await take(removal))) {
    const other = await readMark(removal)
    return other === undefined ? undefined : takeFromDead(removal, other)
  }
  try {
    if ((await readMark(path)) === mark) await rm(path, { force: true })
  } finally {
    await rm(removal, { force: true })
  }
}

async function readMark(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
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
