import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { type CallKey, KeepupError } from '@keepup/core'

import { makeFolders } from './make-folders.ts'
import { checkPlain } from './open-file.ts'
import { isMissing, type ResolvedPath } from './resolve-path.ts'

/** What a file was when it was read, so that a change by others is noticed. */
export interface FileVersion {
  readonly inode: number
  readonly size: number
  /** In milliseconds, with fractions. */
  readonly modified: number
}

/** What a replacement may rely on. */
export interface Replacement {
  readonly place: ResolvedPath
  readonly bytes: Uint8Array
  /** Names the temporary file, so that a repeated call cleans up after the first. */
  readonly key: CallKey
  /** What the file must still be: fails `tool-failed` otherwise, and writes nothing. */
  readonly expected?: FileVersion
}

/**
 * Puts a file in place of another in one step (a temporary file beside it, flushed, then renamed): readers see the old bytes or the new ones, also
 * after a crash. Keeps the mode and, where it may, the owner; follows links that lead to the place, makes folders. Hard links to the old file keep the old bytes.
 */
export async function replaceFile({
  place,
  bytes,
  key,
  expected,
}: Replacement): Promise<'created' | 'replaced'> {
  const staged = await stageFile({ place, bytes, key })
  try {
    if (expected !== undefined) await checkVersion(place, expected)
    await rename(staged.temporary, place.absolute)
  } catch (error) {
    await rm(staged.temporary, { force: true })
    throw error
  }
  return staged.replaces ? 'replaced' : 'created'
}

/** Bytes that wait beside the place they are for. */
export interface StagedFile {
  readonly temporary: string
  /** Whether there is a file in that place. */
  readonly replaces: boolean
  /** Folders that were made for it, outermost first. */
  readonly made: readonly string[]
}

/** Writes and flushes what is to be renamed to a place, with the mode and owner of `like`, else of what is there. Leaves nothing where it fails. */
export async function stageFile({
  place,
  bytes,
  key,
  like = place,
}: Omit<Replacement, 'expected'> & { readonly like?: ResolvedPath }): Promise<StagedFile> {
  const before = await ownershipOf(place)
  const ownership = like === place ? before : await ownershipOf(like)
  const temporary = temporaryPath(place, key)
  const made = await makeFolders(dirname(place.absolute))
  await rm(temporary, { force: true })
  try {
    await writeNew(temporary, bytes, ownership)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return { temporary, replaces: before !== undefined, made }
}

/** Where a call puts bytes before they are renamed. */
export function temporaryPath({ absolute }: ResolvedPath, key: CallKey): string {
  const mark = key.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 16)
  return join(dirname(absolute), `.${basename(absolute).slice(0, 150)}.${mark}.keepup`)
}

/** What a file is now. */
export async function versionOf(file: FileHandle): Promise<FileVersion> {
  const { ino, size, mtimeMs } = await file.stat()
  return { inode: ino, size, modified: mtimeMs }
}

interface Ownership {
  readonly mode: number
  readonly user: number
  readonly group: number
}

async function ownershipOf({ absolute, shown }: ResolvedPath): Promise<Ownership | undefined> {
  try {
    const found = await stat(absolute)
    checkPlain(shown, found)
    return { mode: found.mode & 0o7777, user: found.uid, group: found.gid }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function writeNew(path: string, bytes: Uint8Array, like: Ownership | undefined): Promise<void> {
  // Never more open than the file it replaces, not even for a moment.
  const file = await open(path, 'wx', like?.mode ?? 0o666)
  try {
    if (like !== undefined) await takeAfter(file, like)
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function takeAfter(file: FileHandle, { mode, user, group }: Ownership): Promise<void> {
  const { uid, gid } = await file.stat()
  // Only the superuser may give a file away; for anyone else it becomes their own, as with every editor that renames.
  if (uid !== user || gid !== group) await file.chown(user, group).catch(() => {})
  await file.chmod(mode)
}

/** Fails `tool-failed` where a file is no longer what it was. */
export async function checkVersion({ absolute, shown }: ResolvedPath, expected: FileVersion): Promise<void> {
  const { ino, size, mtimeMs } = await stat(absolute)
  if (ino === expected.inode && size === expected.size && mtimeMs === expected.modified) return
  throw new KeepupError(
    'tool-failed',
    `"${shown}" was changed by someone else in this moment. Nothing was written. Read it again and repeat the edit.`,
  )
}
