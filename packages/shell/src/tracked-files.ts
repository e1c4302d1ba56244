import { readFileSync, statSync } from 'node:fs'

import type { CommandPlace } from './command-place.ts'
import { readGitIndex, type TrackedFile } from './git-index.ts'
import { isSecretPath } from './secret-names.ts'

/** What a repository tracks. */
export interface TrackedFiles {
  readonly all: readonly TrackedFile[]
  /** Those with the name of a secret. */
  readonly secrets: readonly TrackedFile[]
  readonly submodules: readonly TrackedFile[]
}

interface Remembered {
  readonly stamp: string
  readonly files: TrackedFiles | 'unreadable'
}

/** Git never writes into an index, it puts another file in its place: while the stamp of a file stays, so does what it lists. */
const remembered = new WeakMap<CommandPlace, Map<string, Remembered>>()

const nothing: TrackedFiles = { all: [], secrets: [], submodules: [] }

/** More than this takes too long; it is read as nothing, which is no index. */
const mostIndexBytes = 64_000_000

/** What an index of git lists, nothing where there is none. A place that is asked again reads an index again only once it is another file. */
export function trackedFiles(place: CommandPlace, path: string): TrackedFiles | 'unreadable' {
  if (place.readBytes !== undefined) return listed(place.readBytes(path))
  try {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true })
    if (found?.isFile() !== true) return nothing
    const stamp = `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`
    const known = remembered.get(place)?.get(path)
    if (known?.stamp === stamp) return known.files
    const files = found.size < mostIndexBytes ? listed(readFileSync(path)) : 'unreadable'
    remembered.set(
      place,
      (remembered.get(place) ?? new Map<string, Remembered>()).set(path, { stamp, files }),
    )
    return files
  } catch {
    return 'unreadable'
  }
}

function listed(bytes: Uint8Array | undefined): TrackedFiles | 'unreadable' {
  if (bytes === undefined) return nothing
  const all = readGitIndex(bytes)
  if (all === undefined) return 'unreadable'
  return {
    all,
    secrets: all.filter(({ path }) => isSecretPath(path)),
    submodules: all.filter(({ repository }) => repository),
  }
}
