import { mkdir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, parse, relative } from 'node:path'

import { KeepupError } from '@keepup/core'

/** Where a workspace is, and where its snapshots are kept: both absolute and without symbolic links. */
export interface Places {
  readonly root: string
  readonly storage: string
}

/**
 * Refuses folders that are no workspace: those that hold everything a person has, and a storage that would be part of what it keeps.
 *
 * @throws KeepupError `configuration-invalid`
 */
export async function checkRoot(folder: string, kept: string, home: string = homedir()): Promise<Places> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw unfit(folder, 'it is not there', cause)
  })
  if (!(await stat(root)).isDirectory()) throw unfit(root, 'it is no folder')
  const everything = [parse(root).root, home, dirname(home), join(home, 'Desktop'), join(home, 'Documents')]
  if (everything.includes(root)) throw unfit(root, 'it holds more than one project')
  if (isWithin(root, kept)) throw unfit(root, `its snapshots would be kept in ${kept}, inside of it`)
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const storage = await realpath(kept)
  if (isWithin(root, storage)) throw unfit(root, `its snapshots would be kept in ${storage}, inside of it`)
  if (isWithin(storage, root))
    throw unfit(root, `it lies inside of ${storage}, where its snapshots would be kept`)
  return { root, storage }
}

/** Whether names that differ in case alone are one file here. Told by asking for the folder under another spelling: nothing is written. */
export async function ignoresCase(root: string): Promise<boolean> {
  const swapped = root.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
  if (swapped === root) return false
  const [own, other] = await Promise.all([stat(root), stat(swapped).catch(() => undefined)])
  return other !== undefined && own.ino === other.ino && own.dev === other.dev
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (!way.startsWith('..') && !way.startsWith('/') && !/^[a-z]:/i.test(way))
}

function unfit(root: string, why: string, cause?: unknown): KeepupError {
  const options = cause === undefined ? {} : { cause }
  return new KeepupError(
    'configuration-invalid',
    `${root} cannot be kept in snapshots: ${why}. Choose the folder of one project, and a storage outside of it.`,
    options,
  )
}
