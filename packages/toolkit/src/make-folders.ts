import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { KeepupError } from '@keepup/core'

import { isMissing } from './resolve-path.ts'

/**
 * Makes a folder and those above it, one by one. Node's own recursive way never ends where the system refuses a new folder as it refuses one without a
 * parent, as the file systems of the kernel do (/proc, /sys). Fails `tool-failed` there. Gives those that it made, outermost first.
 */
export async function makeFolders(path: string): Promise<readonly string[]> {
  const made: string[] = []
  for (const folder of await missingFolders(path)) {
    try {
      await mkdir(folder)
      made.push(folder)
    } catch (error) {
      // Somebody else made it meanwhile.
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue
      if (!isMissing(error)) throw error
      throw new KeepupError(
        'tool-failed',
        `The folder ${folder} cannot be made: what is there takes no new folders. Give a path elsewhere.`,
        { cause: error },
      )
    }
  }
  return made
}

/** Those that are to be made, outermost first. */
async function missingFolders(path: string): Promise<readonly string[]> {
  const missing: string[] = []
  for (let folder = path; !(await exists(folder)) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.unshift(folder)
  }
  return missing
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
