import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Hash } from '@keepup/core'

import type { Environment } from '../host.ts'
import { holderOf, snapshotFolders } from '../running/project-files.ts'
import type { Store } from '../store.ts'

/** What became of the snapshots of files of what was erased. */
export interface ReleasedFiles {
  /** Snapshots that are gone. */
  readonly snapshots: number
  /** Contents and folders that were deleted. */
  readonly deleted: number
  /** Contents and folders that other snapshots have too, and that stay. */
  readonly shared: number
  /** Snapshots that stay, as other threads of the store or threads of another store go back to the same files. */
  readonly held: number
}

/** Deletes snapshots from every project's on this machine, but for what others hold. */
export async function releaseFiles(
  store: Store,
  environment: Environment,
  ids: ReadonlySet<Hash>,
  others: ReadonlySet<Hash>,
): Promise<ReleasedFiles> {
  const own = [...ids].filter((id) => !others.has(id))
  const told = { snapshots: 0, deleted: 0, shared: 0, held: ids.size - own.length }
  if (own.length === 0) return told
  const { releaseSnapshots } = await import('@keepup/workspace')
  const root = snapshotFolders(environment)
  const held = new Set<Hash>()
  for (const name of await readdir(root).catch(() => [])) {
    const storage = join(root, name)
    const found = await releaseSnapshots({ storage, holder: holderOf(store.path), ids: own })
    told.snapshots += found.ids.length
    told.deleted += found.deleted
    told.shared += found.shared
    for (const id of found.held) held.add(id)
  }
  return { ...told, held: told.held + held.size }
}
