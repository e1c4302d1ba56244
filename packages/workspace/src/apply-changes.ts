import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { type BlobReader, openBlobReader } from './blob-reader.ts'
import type { Shadow, TreeChange, TreeEntry } from './shadow.ts'

/** The name that half written files have, in the folder of the file: `mark` tells whose. */
export function draftName(mark: string): string {
  return `.keepup-restore-${mark}`
}

/** Brings the files of changes to what they are afterwards: each is replaced whole, and only what the changes name is touched. What is gone goes first, the deepest before what is around it. */
export async function applyChanges(
  shadow: Shadow,
  changes: readonly TreeChange[],
  mark: string,
): Promise<void> {
  const deepestFirst = changes.toSorted((a, b) => b.path.length - a.path.length)
  for (const { path, after } of deepestFirst) {
    if (after.kind === 'none') await removeFile(shadow.root, path)
  }
  await using blobs = openBlobReader(shadow)
  for (const { path, before, after } of changes) {
    if (after.kind !== 'none') await replaceFile({ shadow, blobs, mark }, path, before, after)
  }
}

/** Removes a file, and the folders that held nothing else. */
async function removeFile(root: string, path: string): Promise<void> {
  const found = await lstat(join(root, path)).catch(() => undefined)
  if (found !== undefined && !found.isDirectory()) await rm(join(root, path), { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const removed = await rmdir(join(root, folder)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    )
    if (!removed) return
  }
}

interface Restoring {
  readonly shadow: Shadow
  readonly blobs: BlobReader
  readonly mark: string
}

async function replaceFile(
  { shadow: { root }, blobs, mark }: Restoring,
  path: string,
  before: TreeEntry,
  after: TreeEntry,
): Promise<void> {
  const absolute = join(root, path)
  if (before.content === after.content && before.kind !== 'link' && after.kind !== 'link') {
    return chmod(absolute, await modeOf(absolute, absolute, after))
  }
  const bytes = await blobs.read(after.content)
  await mkdir(dirname(absolute), { recursive: true })
  const draft = join(dirname(absolute), draftName(mark))
  await rm(draft, { force: true })
  if (after.kind === 'link') await symlink(bytes, draft)
  else {
    await writeFile(draft, bytes, { flag: 'wx' })
    await chmod(draft, await modeOf(absolute, draft, after))
  }
  await removeEmptyFolders(absolute)
  await rename(draft, absolute)
}

/** A folder that holds nothing but folders gives way to a file; one that holds anything else does not, and the file cannot be put there. */
async function removeEmptyFolders(absolute: string): Promise<void> {
  const found = await lstat(absolute).catch(() => undefined)
  if (found === undefined || !found.isDirectory()) return
  for (const name of await readdir(absolute)) await removeEmptyFolders(join(absolute, name))
  await rmdir(absolute)
}

/** A file keeps what its owner has set, or the system gave the draft, but for whether it is a program, which the snapshot knows. */
async function modeOf(absolute: string, draft: string, { kind }: TreeEntry): Promise<number> {
  const found = await lstat(absolute).catch(() => undefined)
  const { mode } = found?.isFile() ? found : await lstat(draft)
  return kind === 'program' ? (mode & 0o777) | ((mode & 0o444) >> 2) : mode & 0o666
}
