import { lstat, rename, rm, rmdir } from 'node:fs/promises'

import { type CallKey, KeepupError } from '@keepup/core'

import { contentHash } from '../editing/content-hash.ts'
import { checkVersion, replaceFile, stageFile, temporaryPath } from '../replace-file.ts'
import { isMissing, type ResolvedPath } from '../resolve-path.ts'
import { patchFailure } from './patch-failure.ts'
import type { FileChange } from './plan-patch.ts'

/**
 * Changes several files, all or none: everything is written and flushed beside its place first, then renamed in order, then deleted. What fails on the way is
 * undone. Only a crash among the renames leaves some done, which the temporary files then tell.
 */
export async function commitChanges(changes: readonly FileChange[], key: CallKey): Promise<void> {
  const undo: (() => Promise<unknown>)[] = []
  try {
    const steps = await stage(changes, key, undo)
    for (const { place, before } of changes) await checkUnchanged(place, before)
    for (const step of steps) await step()
  } catch (error) {
    await undoAll(undo, error)
    throw error
  }
  await Promise.all(removed(changes).map(({ place }) => rm(asidePath(place, key), { force: true })))
}

/** Where the new bytes of a file wait. */
export function stagedPath(place: ResolvedPath, key: CallKey): string {
  return temporaryPath(place, keyFor(place, 'w', key))
}

/** Where a file that is deleted waits for the end of the patch. */
export function asidePath(place: ResolvedPath, key: CallKey): string {
  return temporaryPath(place, keyFor(place, 'd', key))
}

/** Tells files of one folder apart whose long names begin alike. */
function keyFor({ absolute }: ResolvedPath, purpose: 'w' | 'd', key: CallKey): CallKey {
  return purpose + contentHash(Buffer.from(absolute)).slice(0, 6) + key
}

/** In the order in which they are renamed. */
function written(changes: readonly FileChange[]): readonly FileChange[] {
  return changes.filter(({ now }) => now !== undefined)
}

/** In the order in which they are deleted, after all that is written. */
function removed(changes: readonly FileChange[]): readonly FileChange[] {
  return changes.filter(({ now }) => now === undefined)
}

async function stage(
  changes: readonly FileChange[],
  key: CallKey,
  undo: (() => Promise<unknown>)[],
): Promise<readonly (() => Promise<void>)[]> {
  const steps: (() => Promise<void>)[] = []
  for (const { place, before, now, movedFrom } of written(changes)) {
    const like = movedFrom === undefined ? {} : { like: movedFrom }
    const bytes = now ?? Buffer.alloc(0)
    const { temporary, made } = await stageFile({ place, bytes, key: keyFor(place, 'w', key), ...like })
    for (const folder of made) undo.push(() => rmdir(folder))
    undo.push(() => rm(temporary, { force: true }))
    steps.push(async () => {
      await rename(temporary, place.absolute)
      undo.push(() =>
        before === undefined ? rm(place.absolute) : replaceFile({ place, bytes: before.bytes, key }),
      )
    })
  }
  for (const { place } of removed(changes)) {
    const aside = asidePath(place, key)
    steps.push(async () => {
      await rename(place.absolute, aside)
      undo.push(() => rename(aside, place.absolute))
    })
  }
  return steps
}

async function checkUnchanged(place: ResolvedPath, before: FileChange['before']): Promise<void> {
  if (before !== undefined) return checkVersion(place, before.version)
  const found = await lstat(place.absolute).catch(() => undefined)
  if (found === undefined) return undefined
  throw patchFailure(`"${place.shown}" was made by someone else in this moment.`)
}

async function undoAll(undo: (() => Promise<unknown>)[], cause: unknown): Promise<void> {
  const failed: string[] = []
  for (const step of undo.toReversed()) {
    try {
      await step()
    } catch (error) {
      // Folders that somebody else put something into stay.
      if (!isMissing(error) && !isNotEmpty(error))
        failed.push(error instanceof Error ? error.message : String(error))
    }
  }
  if (failed.length === 0) return
  throw new KeepupError(
    'tool-failed',
    `The patch failed in the middle, and not all of it could be undone: ${failed.join('; ')}. Read the files that it names.`,
    { cause },
  )
}

function isNotEmpty(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
}
