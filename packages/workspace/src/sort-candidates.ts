import { constants } from 'node:fs'
import { access, lstat, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { Shadow, Uncovered } from './shadow.ts'

/** What is to be done about each candidate. */
export interface SortedCandidates {
  /** To be read into the snapshot. */
  readonly present: readonly string[]
  /** Not to be in the snapshot: gone, or there and uncovered. */
  readonly absent: readonly string[]
  readonly uncovered: readonly Uncovered[]
}

const together = 64

/** Looks at each candidate on the disk, so that one file that cannot be kept costs no other. */
export async function sortCandidates(shadow: Shadow, paths: readonly string[]): Promise<SortedCandidates> {
  const present: string[] = []
  const absent: string[] = []
  const uncovered: Uncovered[] = []
  const real = new Map<string, Promise<boolean>>()
  for (let start = 0; start < paths.length; start += together) {
    const part = paths.slice(start, start + together)
    const found = await Promise.all(part.map((path) => lookAt(shadow, real, path)))
    for (const [position, path] of part.entries()) {
      const reason = found[position]
      if (reason === 'covered') present.push(path)
      else absent.push(path)
      if (reason !== undefined && reason !== 'covered') uncovered.push({ path, reason })
    }
  }
  return { present, absent, uncovered }
}

/** `covered`, the reason why not, or `undefined` where nothing is there. */
async function lookAt(
  { root, bounds }: Shadow,
  real: Map<string, Promise<boolean>>,
  path: string,
): Promise<string | undefined> {
  const absolute = join(root, path)
  if (!(await isReal(dirname(absolute), real))) return undefined
  const found = await lstat(absolute).catch(() => undefined)
  if (found === undefined || found.isDirectory()) return undefined
  if (found.isSymbolicLink()) return 'covered'
  if (!found.isFile()) return 'it is no plain file'
  if (found.size > bounds.largestFile) {
    return `it has ${found.size} bytes, and at most ${bounds.largestFile} are kept`
  }
  const readable = await access(absolute, constants.R_OK).then(
    () => true,
    () => false,
  )
  return readable ? 'covered' : 'it may not be read'
}

/** Whether a folder is where its path says: what is found through a link is not there. */
function isReal(folder: string, real: Map<string, Promise<boolean>>): Promise<boolean> {
  const known = real.get(folder)
  if (known !== undefined) return known
  const answer = realpath(folder).then(
    (found) => found === folder,
    () => false,
  )
  real.set(folder, answer)
  return answer
}
