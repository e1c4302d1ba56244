import { KeepupError, type ThreadId } from '@keepup/core'

import type { ResolvedPath } from '../resolve-path.ts'
import { contentHash } from './content-hash.ts'
import type { SeenFiles, Standing } from './seen-files.ts'

/** What a thread knows of a file with these bytes. Fails `tool-failed` where it has changed since the thread saw it: reading it again is the way on. */
export function checkSeen(
  seen: SeenFiles,
  thread: ThreadId,
  place: ResolvedPath,
  bytes: Uint8Array,
): Exclude<Standing, 'stale'> {
  const standing = seen.standing(thread, place.absolute, contentHash(bytes))
  if (standing !== 'stale') return standing
  throw new KeepupError(
    'tool-failed',
    `"${place.shown}" has changed since you last read or wrote it: by a command, a formatter, a person or another agent. Nothing was done. Read it again, then repeat the call with what stands there now.`,
  )
}
