import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** @limit In bytes: what a larger file was before is not shown. */
const mostShown = 1_048_576

/**
 * The text of a file of the folder before a call changes it, for the person to compare: `null` where it is not there, `undefined` where it is no plain text file of the
 * folder, or too large.
 */
export function readBefore(folder: string, path: string): string | null | undefined {
  const inside = relative(folder, path)
  if (inside === '' || inside.startsWith('..')) return undefined
  try {
    // Neither a link nor a pipe is followed: a call that was not decided about yet must not make keepup read elsewhere, or wait.
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const found = fstatSync(file)
      if (!found.isFile() || found.size > mostShown) return undefined
      const bytes = readFileSync(file)
      return bytes.includes(0) ? undefined : bytes.toString('utf8')
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : undefined
  }
}
