import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

import { KeepupError } from '@keepup/core'

import type { ResolvedPath } from './resolve-path.ts'
import { isMissing } from './resolve-path.ts'

/**
 * Opens a plain file for reading. Fails `tool-failed`, saying what to do instead, where there is none, or where it is a folder or no plain
 * file: a named pipe or a device could block for ever.
 */
export async function openFile({ absolute, shown }: ResolvedPath): Promise<FileHandle> {
  try {
    checkPlain(shown, await stat(absolute))
    const handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK)
    return handle
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new KeepupError('tool-failed', `There is no file "${shown}". Look for it with glob.`, {
      cause: error,
    })
  }
}

/** Refuses what is no plain file. */
export function checkPlain(shown: string, found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isFile()) return
  const message = found.isDirectory()
    ? `"${shown}" is a folder. List what it holds with glob, for instance "${shown === '.' ? '' : `${shown}/`}*".`
    : `"${shown}" is no plain file but a pipe, a socket or a device, which this tool does not touch.`
  throw new KeepupError('tool-failed', message)
}
