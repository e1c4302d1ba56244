import { lstat } from 'node:fs/promises'
import { extname, join } from 'node:path'

import { walkFiles } from '../walk-files.ts'

/** How a file on the disk differs from the last look. */
export interface DiskChange {
  /** Absolute. */
  readonly path: string
  readonly type: 'created' | 'changed' | 'deleted'
}

/** Notices which files of a project changed by others' hands: a shell command, a person, git. */
export interface DiskWatch {
  /** What changed since the last call; nothing on the first. */
  changes(signal: AbortSignal): Promise<readonly DiskChange[]>
}

/** Files beyond are not looked at, in the order of the walk. */
const mostFiles = 3_000
const atOnce = 64

/** A watch over the files with one of the extensions that git would not ignore. A look reads no file. */
export function createDiskWatch(root: string, extensions: ReadonlySet<string>): DiskWatch {
  let last: ReadonlyMap<string, string> | undefined
  return {
    async changes(signal) {
      const present = await stampsOf(root, extensions, signal)
      const before = last
      last = present
      if (before === undefined) return []
      const changes: DiskChange[] = []
      for (const [path, stamp] of present) {
        const known = before.get(path)
        if (known !== stamp) changes.push({ path, type: known === undefined ? 'created' : 'changed' })
      }
      for (const path of before.keys()) if (!present.has(path)) changes.push({ path, type: 'deleted' })
      return changes
    },
  }
}

async function stampsOf(
  root: string,
  extensions: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const paths: string[] = []
  for await (const path of walkFiles({ root, folder: '', signal })) {
    if (extensions.has(extname(path))) paths.push(join(root, path))
    if (paths.length >= mostFiles) break
  }
  const stamps = new Map<string, string>()
  for (let at = 0; at < paths.length; at += atOnce) {
    const some = paths.slice(at, at + atOnce)
    const found = await Promise.all(some.map((path) => stampOf(path)))
    for (const [index, path] of some.entries()) {
      const stamp = found[index]
      if (stamp !== undefined) stamps.set(path, stamp)
    }
  }
  return stamps
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await lstat(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return undefined
  }
}
