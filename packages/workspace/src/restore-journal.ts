import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Hash } from '@keepup/core'

import { bootTime, isThisBoot } from './boot-time.ts'
import { processLives } from './process-lives.ts'
import type { Shadow } from './shadow.ts'

/** What a restore set out to do. */
export interface BegunRestore {
  readonly from: Hash
  readonly to: Hash
  readonly paths?: readonly string[]
}

interface Journal extends BegunRestore {
  /** Whose files: branches write their journals here too. */
  readonly root: string
  readonly process: number
  /** When this machine was started, in seconds, as near as it can be told. */
  readonly boot: number
}

/** A restore whose process has died in the middle. */
export interface DeadJournal {
  readonly mark: string
  readonly restore: BegunRestore
  readonly end: () => Promise<void>
}

/** Writes down what is about to be done, on the disk for certain. Gives what takes it back. */
export async function beginJournal(
  shadow: Shadow,
  mark: string,
  restore: BegunRestore,
): Promise<() => Promise<void>> {
  const folder = folderOf(shadow)
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${mark}.json`)
  const journal: Journal = { ...restore, root: shadow.root, process: process.pid, boot: bootTime() }
  const draft = join(shadow.storage, `draft-${mark}`)
  await writeFile(draft, JSON.stringify(journal), { flush: true })
  await rename(draft, file)
  return () => rm(file, { force: true })
}

/** The journals of processes that are gone, of restores of these files. That of a branch goes with the branch. */
export async function deadJournals(shadow: Shadow): Promise<readonly DeadJournal[]> {
  const names = await readdir(folderOf(shadow)).catch(() => [])
  const found = names
    .filter((name) => name.endsWith('.json'))
    .map(async (name): Promise<readonly DeadJournal[]> => {
      const file = join(folderOf(shadow), name)
      const journal = await readJournal(file)
      if (journal === undefined || isAlive(journal)) return []
      const end = (): Promise<void> => rm(file, { force: true })
      if (journal.root !== shadow.root) {
        if (!existsSync(journal.root)) await end()
        return []
      }
      return [{ mark: name.slice(0, -'.json'.length), restore: journal, end }]
    })
  return (await Promise.all(found)).flat()
}

function folderOf({ storage }: Shadow): string {
  return join(storage, 'restores')
}

async function readJournal(file: string): Promise<Journal | undefined> {
  try {
    // Written by `beginJournal` alone, and renamed into place when it was whole.
    return JSON.parse(await readFile(file, 'utf8')) as Journal
  } catch {
    return undefined
  }
}

/** Whether the process may still be at it: the machine was not started again, and somebody has the number. */
function isAlive({ process: pid, boot }: Journal): boolean {
  return isThisBoot(boot) && processLives(pid)
}
