import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

import { fileFault } from './source-fault.ts'

/** @limit How many entries of a folder and all below it are looked at. */
const mostEntries = 50_000

/** The depth below a folder at which nothing is looked for any more. */
const deepest = 12

/** Folders that hold what others wrote or what was built: roles are not looked for there. */
const skipped = new Set(['.git', 'node_modules', 'dist', 'build', 'vendor', '.venv', 'target'])

/** Which files are looked for below a folder. */
export interface FileSearch {
  /** Below this, relative to the folder that is loaded. */
  readonly under: string
  /** Fits the path below `under`, with slashes. */
  readonly fits: (path: string) => boolean
  /** How deep; 12 when left out, 1 for the folder itself. */
  readonly depth?: number
}

/** What was found below a folder. */
export interface FoundFiles {
  /** Sorted. */
  readonly paths: readonly string[]
  /** Whether there was more than 50,000 entries to look at, so that something may be missing. */
  readonly cut: boolean
}

/**
 * The files below a folder that fit. Links to folders are not followed. Nothing where the folder is not there.
 *
 * @throws KeepupError `configuration-invalid` where a folder cannot be listed
 */
export function findFiles(root: string, { under, fits, depth = deepest }: FileSearch): FoundFiles {
  const start = join(root, under)
  if (!isInside(root, start)) return { paths: [], cut: false }
  const paths: string[] = []
  let left = mostEntries
  const look = (folder: string, level: number): void => {
    for (const entry of list(folder)) {
      left -= 1
      if (left < 0) return
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (level < depth && !skipped.has(entry.name)) look(path, level + 1)
      } else if (fits(relative(start, path).split(sep).join('/'))) paths.push(path)
    }
  }
  look(start, 1)
  return { paths: paths.toSorted(), cut: left < 0 }
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw fileFault(folder, `cannot be listed (${String(code)})`, 'make it readable, or move it away', error)
  }
}

/** Whether a path leads, links followed, to something within a folder. What does not exist does not. */
export function isInside(folder: string, path: string): boolean {
  try {
    const within = relative(realpathSync(folder), realpathSync(path))
    return within === '' || (within !== '..' && !within.startsWith(`..${sep}`) && !within.startsWith(sep))
  } catch {
    return false
  }
}

/** Whether something stands at a path, a link that leads nowhere included. */
export function isThere(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}
