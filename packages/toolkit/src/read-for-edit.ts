import { KeepupError } from '@keepup/core'

import { isBinary } from './binary-content.ts'
import { openFile } from './open-file.ts'
import { type FileVersion, versionOf } from './replace-file.ts'
import type { ResolvedPath } from './resolve-path.ts'

/** @limit In bytes: the largest file that is edited. */
const largest = 50 * 1024 * 1024

/** The bytes of a text file with what it was when they were read. Fails `tool-failed` where it is binary or above 50 MiB. */
export async function readForEdit(
  place: ResolvedPath,
): Promise<{ readonly bytes: Buffer; readonly version: FileVersion }> {
  const handle = await openFile(place)
  try {
    const version = await versionOf(handle)
    if (version.size > largest) {
      throw new KeepupError(
        'tool-failed',
        `"${place.shown}" is above 50 MiB. Change it by a program, with shell.`,
      )
    }
    const bytes = await handle.readFile()
    if (isBinary(bytes)) {
      throw new KeepupError(
        'tool-failed',
        `"${place.shown}" is no text but binary (or UTF-16). Change it by a program for its format, with shell.`,
      )
    }
    return { bytes, version }
  } finally {
    await handle.close()
  }
}
