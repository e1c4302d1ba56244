import { lstatSync, readdirSync } from 'node:fs'
import { setImmediate as pause } from 'node:timers/promises'

/** So many files are looked at before others get their turn. */
const together = 1_000
/** Device, inode, kind and permissions, size, and when content and anything at all last changed. */
const fields = 6

/** What the system says of some files and folders without reading them, by which a later look knows whether any has changed. */
export interface FileMarks {
  /** Absolute. */
  readonly files: readonly string[]
  readonly folders: readonly string[]
  /** What each folder holds: its own times tell less. */
  readonly listings: ReadonlyMap<string, string>
  /** All {@link fields} of each of the files and then of each of the folders. */
  readonly values: BigInt64Array
}

/** When something changed last, in nanoseconds of the disk's own clock, and on which device. */
export interface LastChange {
  readonly device: bigint
  readonly time: bigint
}

/** Marks files, whether they are there or not, and folders, by their absolute paths. Throws where a folder cannot be listed. */
export async function markFiles(files: readonly string[], folders: readonly string[]): Promise<FileMarks> {
  const values = new BigInt64Array((files.length + folders.length) * fields)
  for (const [position, path] of [...files, ...folders].entries()) {
    if (position % together === together - 1) await pause()
    values.set(valuesOf(path), position * fields)
  }
  const listings = new Map(folders.map((folder) => [folder, listingOf(folder)]))
  return { files, folders, listings, values }
}

/** The last change of each that is there. */
export function lastChanges({ values }: FileMarks): readonly LastChange[] {
  const changes: LastChange[] = []
  for (let at = 0; at < values.length; at += fields) {
    const [device = 0n, inode = 0n, , , content = 0n, any = 0n] = values.subarray(at, at + fields)
    if (inode !== 0n) changes.push({ device, time: content > any ? content : any })
  }
  return changes
}

/** Whether all of them are as they were: the same files, unchanged, and nothing beside them that was not there. */
export async function areAsMarked(marks: FileMarks): Promise<boolean> {
  const { files, folders, listings, values } = marks
  let at = 0
  for (const [position, path] of files.entries()) {
    if (position % together === together - 1) await pause()
    if (!isAsMarked(path, values, at)) return false
    at += fields
  }
  for (const folder of folders) {
    if (!isAsMarked(folder, values, at) && listings.get(folder) !== listed(folder)) return false
    at += fields
  }
  return true
}

const options = { bigint: true, throwIfNoEntry: false } as const

function isAsMarked(path: string, values: BigInt64Array, at: number): boolean {
  const found = stat(path)
  if (found === undefined) return values[at + 1] === 0n
  return (
    values[at + 5] === found.ctimeNs &&
    values[at + 4] === found.mtimeNs &&
    values[at + 3] === found.size &&
    values[at + 2] === found.mode &&
    values[at + 1] === BigInt.asIntN(64, found.ino) &&
    values[at] === BigInt.asIntN(64, found.dev)
  )
}

function valuesOf(path: string): readonly bigint[] {
  const found = stat(path)
  if (found === undefined) return [0n, 0n, 0n, 0n, 0n, 0n]
  const { dev, ino, mode, size, mtimeNs, ctimeNs } = found
  return [BigInt.asIntN(64, dev), BigInt.asIntN(64, ino), mode, size, mtimeNs, ctimeNs]
}

/** Nothing where it cannot be looked at. */
function stat(path: string) {
  try {
    return lstatSync(path, options)
  } catch {
    return undefined
  }
}

/** Names and kinds, in order. */
function listingOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => `${entry.isDirectory() ? 'folder' : 'other'} ${entry.name}`)
    .toSorted()
    .join('\0')
}

function listed(folder: string): string | undefined {
  try {
    return listingOf(folder)
  } catch {
    return undefined
  }
}
