import { readdirSync, statSync } from 'node:fs'

import { systemClock } from '@keepup/core'

import type { CommandPlace, FolderEntry } from './command-place.ts'

interface Remembered {
  readonly stamp: string
  readonly entries: readonly FolderEntry[]
}

/** So many folders are remembered for a place; beyond, everything is forgotten. */
const mostFolders = 20_000

/** A folder that changed this shortly before it was listed may change again under the same time stamp, in nanoseconds. */
const settled = 2_000_000_000n

/** Whatever is put into a folder, taken from it or renamed in it changes its stamp, which nobody can put back: while it stays, so do the names. */
const remembered = new WeakMap<CommandPlace, Map<string, Remembered>>()

/** What a folder holds; `undefined` where it cannot be listed. A place that is asked again lists a folder again only once it changed. */
export function listFolder(place: CommandPlace, folder: string): readonly FolderEntry[] | undefined {
  try {
    const found = statSync(folder, { throwIfNoEntry: false, bigint: true })
    if (found?.isDirectory() !== true) return undefined
    const stamp = `${found.dev}:${found.ino}:${found.mtimeNs}:${found.ctimeNs}`
    const known = remembered.get(place)?.get(folder)
    if (known?.stamp === stamp) return known.entries
    const now = BigInt(systemClock.now()) * 1_000_000n
    const entries = readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      folder: entry.isDirectory(),
    }))
    if (now - found.ctimeNs > settled) remember(place, folder, { stamp, entries })
    return entries
  } catch {
    return undefined
  }
}

function remember(place: CommandPlace, folder: string, found: Remembered): void {
  const folders = remembered.get(place) ?? new Map<string, Remembered>()
  if (folders.size >= mostFolders) folders.clear()
  remembered.set(place, folders.set(folder, found))
}
