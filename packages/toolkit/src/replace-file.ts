import { chmod, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { type CallKey, KeepupError } from '@keepup/core'

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
 * after a crash. Keeps the mode, follows links that lead to the place, makes folders. Hard links to the old file keep the old bytes.
 */
export async function replaceFile({
  place,
  bytes,
  key,
  expected,
}: Replacement): Promise<'created' | 'replaced'> {
  const mode = await modeOf(place)
  const temporary = temporaryPath(place, key)
  await mkdir(dirname(place.absolute), { recursive: true })
  await rm(temporary, { force: true })
  try {
    await writeNew(temporary, bytes, mode)
    if (expected !== undefined) await checkVersion(place, expected)
    await rename(temporary, place.absolute)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return mode === undefined ? 'created' : 'replaced'
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

async function modeOf({ absolute, shown }: ResolvedPath): Promise<number | undefined> {
  try {
    const found = await stat(absolute)
    checkPlain(shown, found)
    return found.mode & 0o7777
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function writeNew(path: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
  // Not by `open`, where the process's mask would narrow it.
  if (mode !== undefined) await chmod(path, mode)
}

async function checkVersion({ absolute, shown }: ResolvedPath, expected: FileVersion): Promise<void> {
  const { ino, size, mtimeMs } = await stat(absolute)
  if (ino === expected.inode && size === expected.size && mtimeMs === expected.modified) return
  throw new KeepupError(
    'tool-failed',
    `"${shown}" was changed by someone else in this moment. Nothing was written. Read it again and repeat the edit.`,
  )
}
